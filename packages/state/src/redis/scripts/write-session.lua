-- A session's place, each target once, the newest few. KEYS: session. ARGV: target, place as JSON, how many are kept,
-- moment of its end.
redis.call("HSET", KEYS[1], ARGV[1], ARGV[2])
if redis.call("HLEN", KEYS[1]) > tonumber(ARGV[3]) then
  local fields, oldest, used_at = redis.call("HGETALL", KEYS[1]), nil, math.huge
  for k = 1, #fields, 2 do
    local place = cjson.decode(fields[k + 1])
    if place.usedAt < used_at then oldest, used_at = fields[k], place.usedAt end
  end
  redis.call("HDEL", KEYS[1], oldest)
end
redis.call("PEXPIREAT", KEYS[1], ARGV[4])
return 1
