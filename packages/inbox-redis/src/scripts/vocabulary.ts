/**
 * What every script begins with. Keys of one inbox, all under `{<prefix>}:`, so that they are in one hash slot:
 *
 * | key | holds |
 * | --- | --- |
 * | `seq`, `generation` | counters: of deliveries, of jobs |
 * | `delivery:<id>` | hash: the delivery, its outcome, and `n:<status>`, how many of its events have that status |
 * | `events:<delivery id>` | list: ids of its events |
 * | `event:<id>`, `attempts:<event id>` | hashes |
 * | `key:<key>` | id of the delivery that had this key; expires |
 * | `subjects` | hash: subject → what is known of it, as JSON |
 * | `heard` | sorted set of subjects, by when something was last heard of them |
 * | `lane:<lane>` | list: ids of events that are not done with, in order. A subject is a lane; an event without one is its own |
 * | `lanes` | hash: lane → its job. A lane is there as long as it has events |
 * | `outbox` | sorted set by time: `<job> <lane>`, jobs that BullMQ may not have yet |
 * | `ids` | sorted set: delivery ids, to find them by how they begin |
 * | `subjects of:<id>` | set: subjects with this id, of any source and kind |
 * | `activity:minute:<hour>`, `activity:hour:<day>` | hashes: `<minute or hour> <outcome> <source>` → how many arrived; they expire |
 * | `durations`, `durations:<source>` | set of sources; list of `<milliseconds> <failed>`, the newest attempt first |
 * | `by:<name>:<value>` | sorted sets by time received: `<seq, 16 digits>:<delivery id>` |
 * | `stats` | hash: `delivery:<outcome>`, `event:<status>` → how many |
 * | `queue:…` | BullMQ's |
 *
 * A job is made for a lane when it gets its first event, and is the lane's as long as it has any: it hands out one event after another.
 * When the lane is empty, job and lane are forgotten in the same script, so that the next event makes a new job with a new name: it can
 * never be taken for the one that is just ending.
 */
export const vocabulary = `
local root = KEYS[1] .. ':'
local call = redis.call
local position = 0
local made = {}

local function arg()
  position = position + 1
  return ARGV[position]
end

local function list()
  local items = {}
  for index = 1, tonumber(arg()) do items[index] = arg() end
  return items
end

local function byKey(name, value) return root .. 'by:' .. name .. ':' .. value end

local function count(kind, name, by) call('HINCRBY', root .. 'stats', kind .. ':' .. name, by) end

local function setOutcome(id, outcome)
  local key = root .. 'delivery:' .. id
  local now = call('HMGET', key, 'outcome', 'member', 'receivedAt')
  if now[1] then
    count('delivery', now[1], -1)
    call('ZREM', byKey('outcome', now[1]), now[2])
  end
  call('HSET', key, 'outcome', outcome)
  count('delivery', outcome, 1)
  call('ZADD', byKey('outcome', outcome), now[3], now[2])
end

local function arrived(outcome, source, receivedAt, number)
  local minute = math.floor(receivedAt / 60000)
  local hour, day = math.floor(minute / 60), math.floor(minute / 1440)
  local function add(unit, of, at, expiresAt)
    local key = root .. 'activity:' .. unit .. ':' .. string.format('%d', of)
    local total = call('HINCRBY', key, string.format('%d', at) .. ' ' .. outcome .. ' ' .. source, number)
    if total == tonumber(number) then call('PEXPIREAT', key, string.format('%.0f', expiresAt)) end
  end
  add('minute', hour, minute, (hour + 26) * 3600000)
  add('hour', day, hour, (day + 91) * 86400000)
end

local function idOf(subject)
  local name = string.sub(subject, (string.find(subject, ' ', 1, true) or 0) + 1)
  return string.sub(name, (string.find(name, ':', 1, true) or 0) + 1)
end

local function putDelivery(id, outcome, source, receivedAt, fields)
  arrived(outcome, source, receivedAt, 1)
  call('ZADD', root .. 'ids', 0, id)
  local key = root .. 'delivery:' .. id
  local member = string.format('%016d', call('INCR', root .. 'seq')) .. ':' .. id
  call('HSET', key, 'member', member, 'source', source, 'receivedAt', receivedAt, unpack(fields))
  call('ZADD', byKey('all', ''), receivedAt, member)
  call('ZADD', byKey('source', source), receivedAt, member)
  setOutcome(id, outcome)
end

local function setStatus(id, status)
  local event = call('HMGET', root .. 'event:' .. id, 'status', 'delivery')
  if event[1] == status then return end
  if event[1] then count('event', event[1], -1) end
  call('HSET', root .. 'event:' .. id, 'status', status)
  count('event', status, 1)
  local key = root .. 'delivery:' .. event[2]
  local delivery = call('HMGET', key, 'member', 'receivedAt')
  -- A server that is short of memory, and may, throws away whole keys: what is left still has to come to an end.
  if not delivery[1] or not tonumber(delivery[2]) then return end
  if event[1] and call('HINCRBY', key, 'n:' .. event[1], -1) == 0 then
    call('HDEL', key, 'n:' .. event[1])
    call('ZREM', byKey('status', event[1]), delivery[1])
  end
  if call('HINCRBY', key, 'n:' .. status, 1) == 1 then
    call('ZADD', byKey('status', status), delivery[2], delivery[1])
  end
end

local function makeJob(lane, now)
  local job = 'job-' .. string.format('%d', call('INCR', root .. 'generation'))
  call('HSET', root .. 'lanes', lane, job)
  call('ZADD', root .. 'outbox', now, job .. ' ' .. lane)
  made[#made + 1] = job .. ' ' .. lane
end

-- Not unpacked: Lua unpacks some 8000 values at most, and what fails here is written already.
local function stored()
  local reply = { 'stored' }
  for index, entry in ipairs(made) do reply[index + 1] = entry end
  return reply
end

local function enter(id, lane, now)
  if call('RPUSH', root .. 'lane:' .. lane, id) == 1 then
    setStatus(id, 'pending')
    makeJob(lane, now)
  else
    setStatus(id, 'waiting')
  end
end

local function leave(id, lane)
  local key = root .. 'lane:' .. lane
  call('LREM', key, 1, id)
  local head = call('LINDEX', key, 0)
  if not head then
    call('HDEL', root .. 'lanes', lane)
  elseif call('HGET', root .. 'event:' .. head, 'status') == 'waiting' then
    setStatus(head, 'pending')
  end
  return head
end

local function hear(subject, heardAt) call('ZADD', root .. 'heard', 'GT', heardAt, subject) end

-- At once with their end: a script that fails between the two would leave keys of a delivery that is not stored, for ever.
local function hold(keys, expireAt, id)
  for _, key in ipairs(keys) do call('SET', root .. 'key:' .. key, id, 'PXAT', expireAt) end
end

local function changed(expected)
  local current = { 'conflict' }
  local differs = false
  for index = 1, #expected, 2 do
    local value = call('HGET', root .. 'subjects', expected[index]) or ''
    if value ~= expected[index + 1] then differs = true end
    current[#current + 1] = value
  end
  return differs and current
end

local function putPlan(deliveryId, now, expected)
  local heardAt, records = arg(), list()
  for index = 1, #expected, 2 do
    if expected[index + 1] ~= '' then hear(expected[index], heardAt) end
  end
  for index = 1, #records, 2 do
    call('HSET', root .. 'subjects', records[index], records[index + 1])
    hear(records[index], heardAt)
  end
  for _ = 1, tonumber(arg()) do
    local id, lane, eventType, subject, stale, fields = arg(), arg(), arg(), arg(), arg(), list()
    local delivery = call('HMGET', root .. 'delivery:' .. deliveryId, 'member', 'receivedAt')
    call('RPUSH', root .. 'events:' .. deliveryId, id)
    call('HSET', root .. 'event:' .. id, 'delivery', deliveryId, 'lane', lane, 'type', eventType,
      'attempts', 0, 'claims', 0, 'runAt', now, unpack(fields))
    call('ZADD', byKey('type', eventType), delivery[2], delivery[1])
    if subject ~= '' then
      call('HSET', root .. 'event:' .. id, 'subject', subject)
      call('ZADD', byKey('subject', subject), delivery[2], delivery[1])
      call('SADD', root .. 'subjects of:' .. idOf(subject), subject)
    end
    if stale == '1' then setStatus(id, 'stale') else enter(id, lane, now) end
  end
end
`;
