"""The breaker's state in Redis, changed by small Lua scripts: each question is one round trip and one atomic step.

Keys: `breaker:{service}:state`, a hash (state, failures, successes, opened_ms, last_error; absent means closed),
`breaker:{service}:permit`, the token of the one probe under way, and `breaker:{service}:transitions`, a hash that
counts changes by the state they led to. The clock is the server's, so processes need not agree on the time.

All take ARGV[1] reset time in ms, ARGV[2] "1" to write something first (a Redis that can be read but not written must
fail at once, else failures would be counted nowhere), and answer
{decision, change, state, failures, successes, wait_ms, opened_ms, permit_ms, last_error}.
"""

from __future__ import annotations

_PRELUDE = """
local reset = tonumber(ARGV[1])
if ARGV[2] == '1' then redis.call('HINCRBY', KEYS[1], 'failures', 0) end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local row = redis.call('HMGET', KEYS[1], 'state', 'failures', 'successes', 'opened_ms', 'last_error')
local state = row[1] or 'closed'
local failures = tonumber(row[2] or 0)
local successes = tonumber(row[3] or 0)
local opened = tonumber(row[4] or 0)
local last_error = row[5] or ''
local decision, change = 'call', ''

local function keep(...) redis.call('HSET', KEYS[1], ...) end

local function change_to(new)
  state, change = new, new
  keep('state', new)
  redis.call('HINCRBY', KEYS[3], new, 1)
end

local function open()
  opened, successes = now, 0
  keep('opened_ms', string.format('%.0f', now), 'successes', 0)
  change_to('open')
end

local function wait()
  if state ~= 'open' then return 0 end
  return math.min(reset, math.max(0, opened + reset - now))
end

-- Whether the probe with this token may still speak: its permit stands, or ran out and nobody took another.
local function probing(token)
  if token == '' then return false end
  local holder = redis.call('GET', KEYS[2])
  if holder == token then redis.call('DEL', KEYS[2]) end
  return state == 'half_open' and (holder == token or not holder)
end

local function answer()
  local permit = state == 'closed' and 0 or math.max(0, redis.call('PTTL', KEYS[2]))
  return {decision, change, state, failures, successes, wait(), opened, permit, last_error}
end
"""

ADMIT = (
    _PRELUDE
    + """
-- ARGV[3] token, ARGV[4] permit in ms
if state == 'open' and opened > now then
  opened = now  -- another server's clock, behind the one that opened it
  keep('opened_ms', string.format('%.0f', now))
end
if state ~= 'closed' then
  decision = 'refused'
  if wait() == 0 and redis.call('SET', KEYS[2], ARGV[3], 'NX', 'PX', ARGV[4]) then
    decision = 'probe'
    if state == 'open' then
      successes = 0
      keep('successes', 0)
      change_to('half_open')
    end
  end
end
return answer()
"""
)

FAIL = (
    _PRELUDE
    + """
-- ARGV[3] token or '', ARGV[4] failure threshold, ARGV[5] class of the error
if probing(ARGV[3]) then
  last_error = ARGV[5]
  keep('last_error', last_error)
  open()
elseif state == 'closed' then
  failures, last_error = failures + 1, ARGV[5]
  keep('failures', failures, 'last_error', last_error)
  if failures >= tonumber(ARGV[4]) then open() end
end
return answer()
"""
)

SUCCEED = (
    _PRELUDE
    + """
-- ARGV[3] token or '', ARGV[4] success threshold
if probing(ARGV[3]) then
  successes = successes + 1
  keep('successes', successes)
  if successes >= tonumber(ARGV[4]) then
    failures, successes, opened = 0, 0, 0
    keep('failures', 0, 'successes', 0, 'opened_ms', 0)
    change_to('closed')
  end
elseif state == 'closed' and failures > 0 then
  failures = 0
  keep('failures', 0)
end
return answer()
"""
)

RELEASE = (
    _PRELUDE
    + """
-- ARGV[3] token
probing(ARGV[3])
return answer()
"""
)

READ = _PRELUDE + "return answer()"
