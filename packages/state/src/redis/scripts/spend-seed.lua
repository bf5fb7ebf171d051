-- use: spend
-- What a gateway or the ledger knows goes into a Redis that may know less: sums only rise, reservations come once.
-- KEYS: generation, leases; ARGV: generation, JSON { s = { window, used, end }…,
-- l = { reservation, ms left, { window, amount, end }… }… }.
-- Answers 1, -1: seed first.
if redis.call("GET", GENERATION) ~= ARGV[1] then return UNKNOWN_GENERATION end
local now, known = clock(), cjson.decode(ARGV[2])
for _, entry in ipairs(known.s) do
  local used = sums(entry[1])
  if entry[3] > now then add(entry[1], "used", math.max(0, entry[2] - used), entry[3]) end
end
for _, entry in ipairs(known.l) do
  if redis.call("EXISTS", entry[1]) == 0 then
    local charges = {}
    for _, charge in ipairs(entry[3]) do
      add(charge[1], "reserved", charge[2], charge[3])
      charges[#charges + 1], charges[#charges + 2] = charge[1], charge[2]
    end
    hold(entry[1], charges, entry[2], now)
  end
end
return 1
