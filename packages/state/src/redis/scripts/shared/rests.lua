-- A rest, by "p:provider", "b:bucket" or "t:target": f failure, m message, u until (-1: until something changes),
-- w since, n how many without a stated end came one after the other. Kept past its end, for the return by steps and the
-- next back-off.
local CHANGE = -1
local BACK_OFF_FIRST_MS, BACK_OFF_CAP_MS, BACK_OFF_FORGET_MS = 2000, 60000, 600000
local RETURN_STEPS = { 0.1, 0.25, 0.5 }
local SHORTEST_WINDOW_MS, LONGEST_WINDOW_MS = 15000, 60000

local function is_resting(rest, now)
  return rest and (rest.u == CHANGE or rest.u > now)
end

local function shortest_window(bucket)
  local shortest
  for _, key in ipairs(bucket.k) do
    local window = bucket.n[key].w
    if not shortest or window < shortest then shortest = window end
  end
  return math.min(LONGEST_WINDOW_MS, math.max(SHORTEST_WINDOW_MS, shortest or LONGEST_WINDOW_MS))
end

-- The part of its traffic that a bucket gets, after its own rest or its provider's.
local function share_of(rest, bucket, now)
  if not rest or is_resting(rest, now) then return 1 end
  local step = math.max(1, math.min(shortest_window(bucket) / 4, rest.u - rest.w))
  return RETURN_STEPS[math.floor((now - rest.u) / step) + 1] or 1
end

local function back_off(level, random)
  local longest = math.min(BACK_OFF_CAP_MS, BACK_OFF_FIRST_MS * 2 ^ math.min(level, 10))
  return math.floor(longest * (0.5 + 0.5 * random) + 0.5)
end

-- The later end wins; failures of one burst raise the back-off once. `ends`: ms, "change", or nil for a back-off.
local function order_rest(field, failure, message, ends, random, now)
  local rest = read(RESTS, field)
  local resting = is_resting(rest, now)
  local result = { f = failure, m = message, w = now, n = rest and rest.n or 0 }
  if ends == "change" then
    result.u, result.n, result.w = CHANGE, 0, resting and rest.w or now
  elseif resting then
    if not ends or rest.u == CHANGE or ends <= rest.u then return end
    result.u, result.w = ends, rest.w
  elseif ends then
    result.u = ends
  else
    local recent = rest and rest.u ~= CHANGE and now - rest.u < BACK_OFF_FORGET_MS
    local level = recent and rest.n or 0
    result.u, result.n = now + back_off(level, random), level + 1
  end
  write(RESTS, field, result)
end

-- A success of what began after the rest: the next back-off is a first one.
local function calm(field, taken_at)
  local rest = read(RESTS, field)
  if not rest or rest.u == CHANGE or taken_at < rest.u or rest.n == 0 then return end
  rest.n = 0
  write(RESTS, field, rest)
end
