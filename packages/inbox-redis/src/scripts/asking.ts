import { script } from './script.ts';

/**
 * Members of all given indexes, the newest first, within a span of time and after a place. Looks at 5000 at most, so that no other
 * command waits long. → 1 where that was all, time and number of the last it looked at, members and their times in turn.
 */
export const findScript = script(`
local indexes, from, till, afterScore, afterSeq, limit = list(), arg(), arg(), arg(), arg(), tonumber(arg())
local key, size = nil, math.huge
for index, name in ipairs(indexes) do
  indexes[index] = root .. 'by:' .. name
  local length = call('ZCARD', indexes[index])
  if length < size then key, size = indexes[index], length end
end

-- How many come before the first that is wanted. Within one millisecond they are in the order of their numbers.
local function begin()
  if afterScore == '' or (till ~= '' and tonumber(afterScore) >= tonumber(till)) then
    return till == '' and 0 or call('ZCOUNT', key, till, '+inf')
  end
  local low = call('ZCOUNT', key, '(' .. afterScore, '+inf')
  local high = low + call('ZCOUNT', key, afterScore, afterScore)
  while low < high do
    local middle = math.floor((low + high) / 2)
    if string.sub(call('ZREVRANGE', key, middle, middle)[1], 1, 16) >= afterSeq then low = middle + 1 else high = middle end
  end
  return low
end

local rank, found, score, seq = begin(), {}, afterScore, afterSeq
local last = rank + 5000
while rank < last do
  local page = call('ZREVRANGE', key, rank, rank + 249, 'WITHSCORES')
  if #page == 0 then return { 1, score, seq, found } end
  for index = 1, #page, 2 do
    local member = page[index]
    score, seq = page[index + 1], string.sub(member, 1, 16)
    if from ~= '' and tonumber(score) < tonumber(from) then return { 1, score, seq, found } end
    local everywhere = true
    for _, other in ipairs(indexes) do
      if other ~= key and not call('ZSCORE', other, member) then everywhere = false end
    end
    if everywhere then
      found[#found + 1] = member
      found[#found + 1] = score
      if #found == 2 * limit then return { 0, score, seq, found } end
    end
  end
  rank = rank + 250
end
return { 0, score, seq, found }
`);

/** → for each delivery: the fields that are asked for, its events. */
export const describeScript = script(`
local ids, names, described = list(), list(), {}
-- What is of another kind than it should be is damaged, and hides nothing else.
local function read(...)
  local reply = redis.pcall(...)
  return reply.err and {} or reply
end
for _, id in ipairs(ids) do
  local events = {}
  for index, eventId in ipairs(read('LRANGE', root .. 'events:' .. id, 0, -1)) do
    local fields = read('HGETALL', root .. 'event:' .. eventId)
    fields[#fields + 1] = 'id'
    fields[#fields + 1] = eventId
    events[index] = fields
  end
  described[#described + 1] = { id, read('HMGET', root .. 'delivery:' .. id, unpack(names)), events }
end
return described
`);

/** → counts by name in turn, times of the oldest delivery with pending, waiting and running events. */
export const statsScript = script(`
local oldest = {}
for index, status in ipairs({ 'pending', 'waiting', 'running' }) do
  oldest[index] = call('ZRANGE', byKey('status', status), 0, 0, 'WITHSCORES')[2] or ''
end
return { call('HGETALL', root .. 'stats'), oldest }
`);

/** Members of all given indexes whose id begins with a text, but no more than 1000 looked at. → members and their times in turn. */
export const findAlikeScript = script(`
local indexes, words, found = list(), arg(), {}
for _, id in ipairs(call('ZRANGEBYLEX', root .. 'ids', '[' .. words, '(' .. words .. '\\255', 'LIMIT', 0, 1000)) do
  local member = call('HGET', root .. 'delivery:' .. id, 'member')
  local receivedAt = member and call('ZSCORE', byKey('all', ''), member)
  for _, name in ipairs(indexes) do
    if receivedAt and not call('ZSCORE', root .. 'by:' .. name, member) then receivedAt = false end
  end
  if receivedAt then
    found[#found + 1] = member
    found[#found + 1] = receivedAt
  end
end
return found
`);
