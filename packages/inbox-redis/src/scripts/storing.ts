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
hold(heldKeys, keysExpireAt, id)
putDelivery(id, 'stored', source, receivedAt, fields)
putPlan(id, now, expected)
return stored()
`);

/** → `again` | `stored`. */
export const keepScript = script(`
local id, outcome, source, receivedAt, fields = arg(), arg(), arg(), arg(), list()
if call('EXISTS', root .. 'delivery:' .. id) == 1 then return { 'again' } end
putDelivery(id, outcome, source, receivedAt, fields)
return { 'stored' }
`);

/** → `missing` | `again` | `duplicate`, of | `conflict`, what is known of each subject now | `stored`, jobs. */
export const releaseScript = script(`
local now, id, keys, heldKeys, keysExpireAt, expected = arg(), arg(), list(), list(), arg(), list()
local outcome = call('HGET', root .. 'delivery:' .. id, 'outcome')
if not outcome then return { 'missing' } end
if outcome == 'stored' then return { 'again' } end
for _, key in ipairs(keys) do
  local of = call('GET', root .. 'key:' .. key)
  if of then
    setOutcome(id, 'duplicate')
    call('HDEL', root .. 'delivery:' .. id, 'rejection')
    call('HSET', root .. 'delivery:' .. id, 'duplicateOf', of)
    return { 'duplicate', of }
  end
end
local conflict = changed(expected)
if conflict then return conflict end
hold(heldKeys, keysExpireAt, id)
setOutcome(id, 'stored')
call('HDEL', root .. 'delivery:' .. id, 'rejection', 'duplicateOf')
putPlan(id, now, expected)
return stored()
`);

/** Counts refused deliveries that are not kept. */
export const countRefusedScript = script(`
for _ = 1, tonumber(arg()) do arrived('rejected', arg(), arg(), arg()) end
return 0
`);
