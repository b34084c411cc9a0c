"""The reservations of a session in Redis: two small Lua scripts on the server's clock, all or nothing.

Of each session there are two keys. A hash: `ledger` (version, photos, documents, bytes, as the rows last said), and
`lease:<id>` for each upload under way (its end, the end of its place or 0, both in microseconds; photos, documents,
bytes; the token of the request whose place it is, or 0). And a sorted set: the id of each photo by the time of its
reservation, kept for the window and a lease more, so that a row that Redis knows already is not taken for a new one.

Who asks has just read the rows and says what they are (`known`), with the ids of the latest: so a lease whose row is
there is over, an emptied Redis knows at once what was used, and nothing can stay wrong for longer than a lease.
"""

from __future__ import annotations

_PRELUDE = """
local asked = cjson.decode(ARGV[1])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local KEEP = 3600000

local function whole(n) return string.format('%.0f', n) end

local function numbers(text)
  local found = {}
  for word in string.gmatch(text, '%S+') do found[#found + 1] = tonumber(word) end
  return found
end

-- {version, photos, documents, bytes}: what the rows said last; of the same version, what they say now.
local function newest(stored, known)
  local ledger = stored and numbers(stored) or {-1, 0, 0, 0}
  if known and known.version >= ledger[1] then
    ledger = {known.version, known.photos, known.documents, known.bytes}
  end
  return ledger
end

local function store(ledger)
  redis.call('HSET', KEYS[1], 'ledger',
    whole(ledger[1]) .. ' ' .. whole(ledger[2]) .. ' ' .. whole(ledger[3]) .. ' ' .. whole(ledger[4]))
end

local function put(id, ends, place, cost, token)
  redis.call('HSET', KEYS[1], 'lease:' .. id, whole(ends) .. ' ' .. whole(place) .. ' ' .. whole(cost.photos) .. ' '
    .. whole(cost.documents) .. ' ' .. whole(cost.bytes) .. ' ' .. whole(token))
end
"""

DECIDE = (
    _PRELUDE
    + """
-- KEYS: hash, burst, counts. `aim`: 'new'; of a reservation of before, with other bytes: 'again' (with a place, whether
-- one is free or not), 'turn' (with a place, if one is free or its own: whoever asks last has it), 'stay' (as 'turn',
-- but its own is only the one of the same `token`), 'keep' (its place, if it has one, ends when it would have); 'look'.
-- Answers {admitted, now, number, then used and wait of: places, burst, photos, documents, bytes, and the reset of the
-- burst}. A wait in microseconds; 0: it fits; -1: never.
local most, cost, is_new = asked.most, asked.cost, asked.aim == 'new'
local stored, leases, over = nil, {}, {}
local counted = {}
for _, row in ipairs(asked.known.rows) do counted[row[1]] = true end
local flat = redis.call('HGETALL', KEYS[1])
for i = 1, #flat, 2 do
  local id = string.match(flat[i], '^lease:(.*)$')
  if id then
    local lease = numbers(flat[i + 1])
    if lease[1] <= now or counted[id] then over[#over + 1] = flat[i] else leases[id] = lease end
  elseif flat[i] == 'ledger' then
    stored = flat[i + 1]
  end
end
local ledger = newest(stored, asked.known)

local kept = asked.window + asked.lease
for _, row in ipairs(asked.known.rows) do
  if row[2] and row[3] < asked.window then redis.call('ZADD', KEYS[2], 'NX', whole(now - row[3]), row[1]) end
end
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', whole(now - kept))
local since = '(' .. whole(now - asked.window)
local function recent(place)
  return tonumber(redis.call('ZRANGEBYSCORE', KEYS[2], since, '+inf', 'WITHSCORES', 'LIMIT', place, 1)[2])
end

local used = {0, redis.call('ZCOUNT', KEYS[2], since, '+inf'), ledger[2], ledger[3], ledger[4]}
local soonest = now + asked.patience
for id, lease in pairs(leases) do
  if id ~= asked.id then
    if lease[2] > now then used[1] = used[1] + 1 end
    for i = 3, 5 do used[i] = used[i] + lease[i] end
    soonest = math.min(soonest, lease[1])
  end
end

local wait, violated = {0, 0, 0, 0, 0}, nil
local own = leases[asked.id]
local place, token = own and own[2] or 0, own and own[6] or 0
local asks_place = is_new or (asked.aim == 'turn' or asked.aim == 'stay') and place <= now
if asks_place and used[1] >= most[1] then wait[1] = soonest - now end
if asked.aim == 'stay' and place > now and token ~= asked.token then wait[1] = place - now end
if asked.aim ~= 'keep' then place, token = now + asked.lease, asked.token end
if is_new and cost.photos > 0 and used[2] >= most[2] then
  wait[2] = recent(used[2] - most[2]) + asked.window - now
end
local wanted = {cost.photos, cost.documents, cost.bytes}
for i = 1, 3 do
  if wanted[i] > 0 and used[i + 2] + wanted[i] > most[i + 2] then
    wait[i + 2] = ledger[i + 1] + wanted[i] > most[i + 2] and -1 or soonest - now
  end
end
for i = 5, 1, -1 do if wait[i] ~= 0 then violated = i end end

if asked.aim ~= 'look' then
  for _, name in ipairs(over) do redis.call('HDEL', KEYS[1], name) end
  store(ledger)
  if not violated then
    put(asked.id, now + asked.lease, place, cost, token)
    if place > now then used[1] = used[1] + 1 end
    for i = 1, 3 do used[i + 2] = used[i + 2] + wanted[i] end
    if is_new and cost.photos > 0 then
      redis.call('ZADD', KEYS[2], whole(now), asked.id)
      used[2] = used[2] + 1
    end
  end
  if is_new then
    redis.call('HINCRBY', KEYS[3], violated and 'refused:' .. asked.names[violated] or 'allowed', 1)
  end
end
local number = redis.call('HINCRBY', KEYS[1], 'number', 1)
redis.call('PEXPIRE', KEYS[1], KEEP + math.ceil(kept / 1000))
redis.call('PEXPIRE', KEYS[2], KEEP + math.ceil(kept / 1000))
local oldest = used[2] > 0 and recent(0)
return {violated and 0 or 1, now, number, used[1], wait[1], used[2], wait[2], used[3], wait[3], used[4], wait[4],
  used[5], wait[5], oldest and oldest + asked.window - now or 0}
"""
)

END = (
    _PRELUDE
    + """
-- KEYS: hash. `aim`: 'finish' gives the place back (with a `token` only that request's) and keeps the cost until the
-- rows tell; 'release' gives back both; 'settled' as well, `known` being what the rows say with it. Twice is as once.
-- Answers {was there, now, number}.
local name = 'lease:' .. asked.id
local raw = redis.call('HGET', KEYS[1], name)
if asked.aim ~= 'finish' then
  redis.call('HDEL', KEYS[1], name)
elseif raw then
  local lease = numbers(raw)
  if asked.token == 0 or asked.token == lease[6] then
    put(asked.id, lease[1], 0, {photos = lease[3], documents = lease[4], bytes = lease[5]}, 0)
  end
end
if asked.known then
  store(newest(redis.call('HGET', KEYS[1], 'ledger') or nil, asked.known))
  -- Others may have committed meanwhile and not told yet: what is in the ledger is under way no more.
  for _, row in ipairs(asked.known.rows) do redis.call('HDEL', KEYS[1], 'lease:' .. row[1]) end
end
local number = redis.call('HINCRBY', KEYS[1], 'number', 1)
redis.call('PEXPIRE', KEYS[1], KEEP)
return {raw and 1 or 0, now, number}
"""
)
