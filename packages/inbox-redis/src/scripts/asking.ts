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

/** → for each delivery: its fields without what may hold credentials, its events. */
export const describeScript = script(`
local described = {}
for _, id in ipairs(list()) do
  local events = {}
  for index, eventId in ipairs(call('LRANGE', root .. 'events:' .. id, 0, -1)) do
    local fields = call('HGETALL', root .. 'event:' .. eventId)
    fields[#fields + 1] = 'id'
    fields[#fields + 1] = eventId
    events[index] = fields
  end
  local names = { 'source', 'receivedAt', 'address', 'outcome', 'rejection', 'duplicateOf' }
  described[#described + 1] = { id, call('HMGET', root .. 'delivery:' .. id, unpack(names)), events }
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
  local delivery = call('HMGET', root .. 'delivery:' .. id, 'member', 'receivedAt')
  local everywhere = delivery[1]
  for _, name in ipairs(indexes) do
    if everywhere and not call('ZSCORE', root .. 'by:' .. name, delivery[1]) then everywhere = false end
  end
  if everywhere then
    found[#found + 1] = delivery[1]
    found[#found + 1] = delivery[2]
  end
end
return found
`);
