"""The logs of admissions in Redis, read and written by small Lua scripts.

A limit's log is a list, the oldest entry first. An entry is packed: when (microseconds of the server's clock), what
had been admitted before it, what had been admitted with it (running totals, so that any span is one subtraction), and
the id of the request. An entry counts until `window` has passed, to the microsecond: in no window of that length,
wherever it begins, is more than the quota admitted.

Quotas up to 1,000 have an entry for each admission and are exact. Above that, admissions within the same thousandth of
the window share an entry that has the time of the last of them: never too much is admitted, and what was taken comes
back at most a thousandth of the window late.

A server whose clock was set back by more than a second (another server took over, say) would have entries in its
future: they are put together into one of now. By less, time stands still until the clock has caught up.
"""

from __future__ import annotations

MOST_EXACT = 1_000
"""The largest quota that has an entry for each admission."""

_PRELUDE = """
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])

local function read(key, place)
  local raw = redis.call('LINDEX', key, place)
  if raw then return struct.unpack('>ddd', raw) end
end

local function keep(key, window)
  redis.call('PEXPIRE', key, math.ceil(window / 1000) + 1001)
end

-- The last entry's time and total; a log from the future becomes one entry of now.
local function last_of(key, window)
  local at, _, total = read(key, -1)
  if at and at > now + 1000000 then
    local _, before = read(key, 0)
    redis.call('DEL', key)
    redis.call('RPUSH', key, struct.pack('>ddd', now, before, total) .. '--------')
    keep(key, window)
    at = now
  end
  return at, total
end

local function append(key, log, cost, window, grain, id)
  local entry = {now, log.total, log.total + cost}
  if grain > 0 and log.length > log.first and math.floor(log.at / grain) == math.floor(now / grain) then
    local _, before = read(key, -1)
    redis.call('LSET', key, -1, struct.pack('>ddd', now, before, entry[3]) .. id)
  else
    redis.call('RPUSH', key, struct.pack('>ddd', entry[1], entry[2], entry[3]) .. id)
  end
  keep(key, window)
end
"""

DECIDE = (
    _PRELUDE
    + """
-- KEYS: one log for each limit, then the hash that counts decisions.
-- ARGV: id, then for each limit: quota, window and grain in microseconds (grain 0: exact), cost, name.
-- Answers {admitted, now, then for each limit: used, until more is free, until this fits (0: it does, -1: never)}.
local limits = #KEYS - 1
local logs = {}
for i = 1, limits do
  local at, total = last_of(KEYS[i], tonumber(ARGV[5 * i - 2]))
  logs[i] = {at = at, total = total or 0, first = 0, length = 0, used = 0}
end
for i = 1, limits do
  if logs[i].at and logs[i].at > now then now = logs[i].at end
end

local violated
for i = 1, limits do
  local key, log = KEYS[i], logs[i]
  local base = 5 * i - 3
  log.quota, log.window, log.grain, log.cost =
    tonumber(ARGV[base]), tonumber(ARGV[base + 1]), tonumber(ARGV[base + 2]), tonumber(ARGV[base + 3])
  log.wait = 0
  if log.at then
    log.length = redis.call('LLEN', key)
    local oldest, before = read(key, 0)
    if oldest + log.window <= now then
      local low, high = 1, log.length
      while low < high do
        local middle = math.floor((low + high) / 2)
        local at = read(key, middle)
        if at + log.window > now then high = middle else low = middle + 1 end
      end
      log.first = low
      if low < log.length then oldest, before = read(key, low) end
    end
    if log.first < log.length then
      log.used, log.oldest = log.total - before, oldest
    end
  end
  if log.used + log.cost > log.quota then
    violated = violated or ARGV[base + 4]
    log.wait = -1
    if log.cost <= log.quota then
      local low, high = log.first, log.length - 1
      while low < high do
        local middle = math.floor((low + high) / 2)
        local _, _, total = read(key, middle)
        if log.total - total + log.cost <= log.quota then high = middle else low = middle + 1 end
      end
      log.wait = read(key, low) + log.window - now
    end
  end
end

local answer = {violated and 0 or 1, now}
for i = 1, limits do
  local key, log = KEYS[i], logs[i]
  if not violated and log.cost > 0 then
    if log.first > 0 and log.first == log.length then
      redis.call('DEL', key)
      log.total, log.first, log.length = 0, 0, 0
    elseif log.first > 0 then
      redis.call('LTRIM', key, log.first, -1)
    end
    append(key, log, log.cost, log.window, log.grain, ARGV[1])
    log.used = log.used + log.cost
    log.oldest = log.oldest or now
  end
  answer[#answer + 1] = log.used
  answer[#answer + 1] = log.oldest and log.oldest + log.window - now or 0
  answer[#answer + 1] = log.wait
end
redis.call('HINCRBY', KEYS[#KEYS], violated and 'refused:' .. violated or 'allowed', 1)
return answer
"""
)

COUNT_BACK = (
    _PRELUDE
    + """
-- An admission that was made without Redis, `age` microseconds ago. Twice the same id counts once.
-- KEYS: its logs. ARGV: id, age, then for each: window, grain, cost.
local counted, began = 0, now
for i, key in ipairs(KEYS) do
  local window, grain, cost = tonumber(ARGV[3 * i]), tonumber(ARGV[3 * i + 1]), tonumber(ARGV[3 * i + 2])
  now = began
  local at, total = last_of(key, window)
  local is_there = false
  for _, raw in ipairs(redis.call('LRANGE', key, 0, -1)) do
    if string.sub(raw, 25, 32) == ARGV[1] then is_there = true end
  end
  local then_ = began - tonumber(ARGV[2])
  if not is_there and then_ + window > began then
    now = math.max(then_, at or 0)
    local length = at and redis.call('LLEN', key) or 0
    append(key, {at = at, total = total or 0, first = 0, length = length}, cost, window, grain, ARGV[1])
    counted = counted + 1
  end
end
return counted
"""
)

PROBE = "redis.call('SET', KEYS[1], 1, 'PX', 1000) return 1"
"""Only what can be written counts as well: a read-only Redis cannot count."""
