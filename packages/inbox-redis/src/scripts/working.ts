import { script } from './script.ts';

/**
 * Takes the first event of a lane, for the job that the lane belongs to and that BullMQ has locked for the caller. An event that is
 * running already was left by a process that lost that lock: it is taken only by who names its last claim.
 *
 * → `over`: the lane is done with, or another's | `later`, when | `lost` or `claimed`, event id, claims, event, delivery.
 */
export const claimScript = script(`
local now, lane, job, lock, token, lost = arg(), arg(), arg(), arg(), arg(), arg()
if call('HGET', root .. 'lanes', lane) ~= job or call('GET', lock) ~= token then return { 'over' } end
local id = call('LINDEX', root .. 'lane:' .. lane, 0)
if not id then return { 'over' } end
local key = root .. 'event:' .. id
local event = call('HMGET', key, 'status', 'runAt', 'attempts', 'claims', 'delivery')
-- Damaged, it is mended as far as it takes to make a dead letter of it: a script that fails here would stop the lane for ever.
local function mend(index, name, isSound, value)
  if isSound then return end
  call('HSET', key, name, value)
  event[index] = value
end
mend(2, 'runAt', tonumber(event[2] or ''), '0')
mend(3, 'attempts', string.match(event[3] or '', '^%d+$'), '0')
mend(4, 'claims', string.match(event[4] or '', '^%d+$'), '0')
mend(5, 'delivery', event[5], string.match(id, '^(.*)%.%d+$') or id)
if event[1] == 'running' then
  if event[4] ~= lost then
    return { 'lost', id, event[4], call('HGETALL', key), call('HGETALL', root .. 'delivery:' .. event[5]) }
  end
elseif event[3] ~= '0' and tonumber(event[2]) > tonumber(now) then
  -- Asked only where it has been tried: the clock of the machine that received it may be ahead.
  return { 'later', event[2] }
end
setStatus(id, 'running')
local attempts, claims = call('HINCRBY', key, 'attempts', 1), call('HINCRBY', key, 'claims', 1)
call('HSET', root .. 'attempts:' .. id, attempts .. ':startedAt', now)
return { 'claimed', id, claims, call('HGETALL', key), call('HGETALL', root .. 'delivery:' .. event[5]) }
`);

/**
 * Writes down how an attempt ended; nothing changes where the event has been taken by another since. Where the lock is named, by who did
 * not run the event: nor where the lock is another's by now, such as its runner's.
 *
 * → `lost` | `ended`.
 */
export const endScript = script(`
local lane, id, claims, status, runAt, endedAt, failed, message = arg(), arg(), arg(), arg(), arg(), arg(), arg(), arg()
local lock, token = arg(), arg()
if lock ~= '' and call('GET', lock) ~= token then return { 'lost' } end
local key = root .. 'event:' .. id
local event = call('HMGET', key, 'status', 'claims', 'attempts')
if event[1] ~= 'running' or event[2] ~= claims then return { 'lost' } end
if endedAt ~= '' then
  call('HSET', root .. 'attempts:' .. id, event[3] .. ':endedAt', endedAt)
  local startedAt, source = call('HGET', root .. 'attempts:' .. id, event[3] .. ':startedAt'), call('HGET', key, 'source')
  if startedAt and source then
    call('SADD', root .. 'durations', source)
    call('LPUSH', root .. 'durations:' .. source, string.format('%.0f', endedAt - startedAt) .. ' ' .. failed)
    call('LTRIM', root .. 'durations:' .. source, 0, 199)
  end
end
if failed == '1' then call('HSET', root .. 'attempts:' .. id, event[3] .. ':error', message) end
call('HSET', key, 'runAt', runAt)
setStatus(id, status)
if status ~= 'pending' then leave(id, lane) end
return { 'ended' }
`);

/**
 * Makes the locks of jobs last longer that are the caller's: those that hold its token; and those that have run out, of a job that BullMQ
 * still has as active and whose event nobody else has taken since. Where BullMQ has put the job back meanwhile nothing is locked: it is
 * the caller's until somebody takes it; and if that is another turn of the caller's, until that one has asked for the event.
 * → tokens of jobs that are another's by now.
 */
export const renewScript = script(`
local leaseMs = arg()
local lost = {}
-- BullMQ's tokens: its worker, and a number.
local function workerOf(token) return string.match(token, '^(.+):%d+$') or token end
for _ = 1, tonumber(arg()) do
  local job, token, id, claims = arg(), arg(), arg(), arg()
  local lock = root .. 'queue:' .. job .. ':lock'
  local owner = call('GET', lock)
  local isOurs = owner == token
  if not owner or (not isOurs and workerOf(owner) == workerOf(token)) then
    local event = call('HMGET', root .. 'event:' .. id, 'status', 'claims')
    isOurs = event[1] == 'running' and event[2] == claims
  end
  if not isOurs then
    lost[#lost + 1] = token
  elseif owner == token or (not owner and call('LPOS', root .. 'queue:active', job)) then
    call('SET', lock, token, 'PX', leaseMs)
    -- As BullMQ does where it renews: what stays in this set it takes for a job that may have stalled.
    call('SREM', root .. 'queue:stalled', job)
  end
end
return lost
`);

/** Gives an event back that its process no longer waits for, under a new job: the old one is locked until its lease ends. → jobs. */
export const giveBackScript = script(`
local now, lane, id, claims = arg(), arg(), arg(), arg()
local event = call('HMGET', root .. 'event:' .. id, 'status', 'claims')
if event[1] ~= 'running' or event[2] ~= claims then return {} end
call('HSET', root .. 'event:' .. id, 'runAt', now)
setStatus(id, 'pending')
makeJob(lane, now)
return made
`);

/** Puts lanes whose job BullMQ does not know into the outbox, some at a time. → next cursor, how many. */
export const findJoblessScript = script(`
local page = call('HSCAN', root .. 'lanes', arg(), 'COUNT', 200)
local jobs = arg()
local found = 0
for index = 1, #page[2], 2 do
  local lane, job = page[2][index], page[2][index + 1]
  if call('EXISTS', jobs .. job) == 0 then
    -- Brought forward where it is there: the clock of the machine that put it there may have been ahead.
    call('ZADD', root .. 'outbox', 'LT', 0, job .. ' ' .. lane)
    found = found + 1
  end
end
return { page[1], found }
`);
