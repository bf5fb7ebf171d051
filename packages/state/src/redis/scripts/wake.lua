-- use: keys, rests
-- Ends the rests that last until something changes. ARGV: provider, or nothing for all.
local fields = redis.call("HGETALL", RESTS)
for k = 1, #fields, 2 do
  local field, rest = fields[k], cmsgpack.unpack(fields[k + 1])
  local mine = ARGV[1] == "" or provider_of(string.sub(field, 3)) == ARGV[1]
  if mine and rest.u == CHANGE then redis.call("HDEL", RESTS, field) end
end
return 1
