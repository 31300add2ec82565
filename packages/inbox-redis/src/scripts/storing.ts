import { script } from './script.ts';

/** → `again` | `duplicate`, of | `conflict`, what is known of each subject now | `stored`, jobs. */
export const acceptScript = script(`
local now, id, source, receivedAt, fields = arg(), arg(), arg(), arg(), list()
local keys, heldKeys, keysExpireAt, expected = list(), list(), arg(), list()
-- A connection that broke may have sent this twice.
if call('EXISTS', root .. 'delivery:' .. id) == 1 then return { 'again' } end
for _, key in ipairs(keys) do
  local of = call('GET', root .. 'key:' .. key)
  if of then
    putDelivery(id, 'duplicate', source, receivedAt, fields)
    call('HSET', root .. 'delivery:' .. id, 'duplicateOf', of)
    return { 'duplicate', of }
  end
end
local conflict = changed(expected)
if conflict then return conflict end
for _, key in ipairs(heldKeys) do
  call('SET', root .. 'key:' .. key, id)
  call('PEXPIREAT', root .. 'key:' .. key, keysExpireAt)
end
putDelivery(id, 'stored', source, receivedAt, fields)
putPlan(id, now, expected)
return { 'stored', unpack(made) }
`);

/** → `again` | `stored`. */
export const keepScript = script(`
local id, outcome, source, receivedAt, fields = arg(), arg(), arg(), arg(), list()
if call('EXISTS', root .. 'delivery:' .. id) == 1 then return { 'again' } end
putDelivery(id, outcome, source, receivedAt, fields)
return { 'stored' }
`);

/** → `missing` | `again` | `conflict`, what is known of each subject now | `stored`, jobs. */
export const releaseScript = script(`
local now, id, expected = arg(), arg(), list()
local outcome = call('HGET', root .. 'delivery:' .. id, 'outcome')
if not outcome then return { 'missing' } end
if outcome == 'stored' then return { 'again' } end
local conflict = changed(expected)
if conflict then return conflict end
setOutcome(id, 'stored')
call('HDEL', root .. 'delivery:' .. id, 'rejection', 'duplicateOf')
putPlan(id, now, expected)
return { 'stored', unpack(made) }
`);
