-- use: keys
-- A target refuses a field or a beta. ARGV: target, kind, name, moment until which that is known, how many are kept.
local now, known = clock(), redis.call("HGET", REJECTIONS, ARGV[1])
local kept = { { kind = ARGV[2], name = ARGV[3], expiresAt = tonumber(ARGV[4]) } }
for _, rejection in ipairs(known and cjson.decode(known) or {}) do
  local same = rejection.kind == ARGV[2] and rejection.name == ARGV[3]
  if same then
    kept[1].expiresAt = math.max(kept[1].expiresAt, rejection.expiresAt)
  elseif rejection.expiresAt > now and #kept < tonumber(ARGV[5]) then
    kept[#kept + 1] = rejection
  end
end
redis.call("HSET", REJECTIONS, ARGV[1], cjson.encode(kept))
return 1
