import { script } from './script.ts';

/** → how many events, jobs. */
export const requeueScript = script(`
local now, deliveryId = arg(), arg()
local total = 0
for _, id in ipairs(call('LRANGE', root .. 'events:' .. deliveryId, 0, -1)) do
  local event = call('HMGET', root .. 'event:' .. id, 'lane', 'delivery')
  -- Asked of the lane, not of the status: that may be damaged. An event of which nothing is left has no lane.
  if event[1] and event[2] and not call('LPOS', root .. 'lane:' .. event[1], id) then
    call('DEL', root .. 'attempts:' .. id)
    call('HSET', root .. 'event:' .. id, 'attempts', 0, 'runAt', now)
    enter(id, event[1], now)
    total = total + 1
  end
end
return { total, made }
`);

/** → how many events, jobs, jobs that are no longer needed. */
export const discardScript = script(`
local now, deliveryId = arg(), arg()
local kept = { discarded = true, handled = true, ignored = true, running = true, stale = true }
local total, needless = 0, {}
for _, id in ipairs(call('LRANGE', root .. 'events:' .. deliveryId, 0, -1)) do
  local event = call('HMGET', root .. 'event:' .. id, 'status', 'lane', 'delivery')
  -- One with a status that nobody knows is shown as a dead letter. An event of which nothing is left has no lane.
  if not kept[event[1]] and event[2] and event[3] then
    call('HSET', root .. 'event:' .. id, 'runAt', now)
    setStatus(id, 'discarded')
    local place = call('LPOS', root .. 'lane:' .. event[2], id)
    if place then
      local job = call('HGET', root .. 'lanes', event[2])
      local head = leave(id, event[2])
      if place == 0 and job then
        -- Its job may wait for hours: the next event gets one of its own.
        needless[#needless + 1] = job
        call('ZREM', root .. 'outbox', job .. ' ' .. event[2])
        if head then makeJob(event[2], now) end
      end
    end
    total = total + 1
  end
end
if call('HGET', root .. 'delivery:' .. deliveryId, 'outcome') == 'quarantined' then
  setOutcome(deliveryId, 'stored')
  total = total + 1
end
return { total, made, needless }
`);

/** Forgets a delivery and its events. */
const removal = `
local function remove(id, member, delivery)
  for _, eventId in ipairs(call('LRANGE', root .. 'events:' .. id, 0, -1)) do
    local event = call('HMGET', root .. 'event:' .. eventId, 'type', 'subject', 'status')
    -- What is damaged may have none of them, and must not keep what is older than it.
    if event[1] then call('ZREM', byKey('type', event[1]), member) end
    if event[2] and call('ZREM', byKey('subject', event[2]), member) == 1 and call('EXISTS', byKey('subject', event[2])) == 0 then
      call('SREM', root .. 'subjects of:' .. idOf(event[2]), event[2])
    end
    if event[3] then
      call('ZREM', byKey('status', event[3]), member)
      count('event', event[3], -1)
    end
    call('DEL', root .. 'event:' .. eventId, root .. 'attempts:' .. eventId)
  end
  call('ZREM', byKey('all', ''), member)
  if delivery[2] then call('ZREM', byKey('source', delivery[2]), member) end
  if delivery[1] then
    call('ZREM', byKey('outcome', delivery[1]), member)
    count('delivery', delivery[1], -1)
  end
  call('ZREM', root .. 'ids', id)
  call('DEL', root .. 'delivery:' .. id, root .. 'events:' .. id)
end
`;

/** Looks at some deliveries, the oldest first, but for those it has looked at before and kept. → removed, looked at. */
export const pruneScript = script(`
local before, unresolved, offset, limit = arg(), arg(), arg(), arg()
${removal}
local members = call('ZRANGEBYSCORE', byKey('all', ''), '-inf', '(' .. before, 'LIMIT', offset, limit)
local removed = 0
for _, member in ipairs(members) do
  local id = string.sub(member, 18)
  local delivery = call('HMGET', root .. 'delivery:' .. id, 'outcome', 'source', 'n:pending', 'n:waiting', 'n:running', 'n:dead')
  local unfinished = delivery[3] or delivery[4] or delivery[5]
  local wanted = unresolved ~= '1' and (delivery[6] or delivery[1] == 'quarantined')
  if not unfinished and not wanted then
    remove(id, member, delivery)
    removed = removed + 1
  end
end
return { removed, #members }
`);

/** Removes some refused deliveries that are too old or too many, the oldest first. → removed. */
export const pruneRefusedScript = script(`
local before, keep, limit = arg(), tonumber(arg()), tonumber(arg())
${removal}
local key = byKey('outcome', 'rejected')
local wanted = math.max(call('ZCOUNT', key, '-inf', '(' .. before), call('ZCARD', key) - keep)
if wanted <= 0 then return 0 end
local members = call('ZRANGE', key, 0, math.min(wanted, limit) - 1)
for _, member in ipairs(members) do
  local id = string.sub(member, 18)
  remove(id, member, call('HMGET', root .. 'delivery:' .. id, 'outcome', 'source'))
end
return #members
`);

/**
 * Looks at some subjects that nothing was heard of since, but for those it has looked at before and kept: events of theirs are not done
 * with. → forgotten, looked at.
 */
export const forgetScript = script(`
local before, offset, limit = arg(), arg(), arg()
local subjects = call('ZRANGEBYSCORE', root .. 'heard', '-inf', '(' .. before, 'LIMIT', offset, limit)
local forgotten = 0
for _, subject in ipairs(subjects) do
  if call('EXISTS', root .. 'lane:subject ' .. subject) == 0 then
    call('ZREM', root .. 'heard', subject)
    call('HDEL', root .. 'subjects', subject)
    forgotten = forgotten + 1
  end
end
return { forgotten, #subjects }
`);

/** Notes subjects as heard of now that an earlier release has left without a time, some at a time. → next cursor. */
export const hearUnheardScript = script(`
local cursor, heardAt = arg(), arg()
if call('ZCARD', root .. 'heard') == call('HLEN', root .. 'subjects') then return '0' end
local page = call('HSCAN', root .. 'subjects', cursor, 'COUNT', 200)
for index = 1, #page[2], 2 do call('ZADD', root .. 'heard', 'NX', heardAt, page[2][index]) end
return page[1]
`);
