-- One limit, as the provider enforces it. Fields are short because each is written at every step:
-- r resource, a algorithm, l limit, w window in ms, b burst, x length of the sub-window, o offset of fixed windows,
-- u used; t moment of u (token bucket); i number of the window, v used by others, e until when (fixed window);
-- s, v slots and what is in them (sliding window); y the sub-window's own count; c what the upstream says the limit
-- is, g until when that is believed; z blocked until; q told by answers alone, until when that is believed, m its size is no guess; f moment of what was
-- told last.
local SLOTS = 60
local ROUNDING = 1e-6
local NEVER = -1

local function slot_length(window)
  return math.max(1, math.ceil(window / SLOTS))
end

local function sliding_advance(state, window, now)
  local length, gone = slot_length(window), 0
  local oldest = math.floor((now - window) / length)
  while state.s[gone + 1] and state.s[gone + 1] < oldest do
    gone = gone + 1
    state.u = state.u - state.v[gone]
  end
  if gone == 0 then return end
  local slots, values = {}, {}
  for k = gone + 1, #state.s do
    slots[k - gone], values[k - gone] = state.s[k], state.v[k]
  end
  state.s, state.v = slots, values
  if #slots == 0 then state.u = 0 end
end

-- Too much goes back to the slot where it was taken, as far as that is still there.
local function sliding_add(state, window, amount, at)
  local slot, s, v = math.floor(at / slot_length(window)), state.s, state.v
  local k = #s
  if amount > 0 then
    if k > 0 and s[k] >= slot then
      v[k] = v[k] + amount
    else
      s[k + 1], v[k + 1] = slot, amount
    end
    state.u = state.u + amount
    return
  end
  while k > 0 and s[k] > slot do k = k - 1 end
  if k == 0 or s[k] ~= slot then return end
  amount = math.max(amount, -v[k])
  v[k], state.u = v[k] + amount, state.u + amount
end

-- Adds to a slot wherever it lies in time.
local function sliding_insert(state, slot, amount)
  local s, v = state.s, state.v
  local k = #s
  while k > 0 and s[k] > slot do k = k - 1 end
  if k > 0 and s[k] == slot then
    v[k] = v[k] + amount
  else
    table.insert(s, k + 1, slot)
    table.insert(v, k + 1, amount)
  end
  state.u = state.u + amount
end

local function sliding_free_at(state, window, excess, now)
  local k = 0
  while k < #state.s and excess > ROUNDING do
    k = k + 1
    excess = excess - state.v[k]
  end
  if k == 0 then return now end
  return math.max(now + 1, (state.s[k] + 1) * slot_length(window) + window)
end

local function window_number(limit, now)
  return math.floor((now - (limit.o or 0)) / limit.w)
end

local function window_end(limit)
  return (limit.i + 1) * limit.w + (limit.o or 0)
end

-- The configured number, at most what answers tell.
local function effective(limit)
  if limit.c and limit.c < limit.l then return limit.c end
  return limit.l
end

local function capacity(limit)
  if limit.a == "token_bucket" and limit.b then return limit.b * effective(limit) / limit.l end
  return effective(limit)
end

local function sub_capacity(limit)
  local most = effective(limit)
  return math.max(math.min(1, most), most * limit.x / limit.w)
end

local function used_of(limit)
  if limit.a == "fixed_window" then return limit.u + (limit.v or 0) end
  return limit.u
end

local function advance(limit, now)
  if limit.g and now >= limit.g then limit.c, limit.g = nil, nil end
  if limit.z and now >= limit.z then limit.z = nil end
  if limit.a == "token_bucket" then
    if now > limit.t and limit.l then
      limit.u = math.max(0, limit.u - (now - limit.t) * effective(limit) / limit.w)
      limit.t = now
    end
  elseif limit.a == "fixed_window" then
    local number = window_number(limit, now)
    if number > limit.i then limit.i, limit.u = number, 0 end
    if limit.e and now >= limit.e then limit.v, limit.e = nil, nil end
  else
    sliding_advance(limit, limit.w, now)
  end
  if limit.y then sliding_advance(limit.y, limit.x, now) end
end

local function resets_at(limit, now)
  local at = now
  if limit.a == "token_bucket" then
    if limit.u > 0 then at = now + math.ceil(limit.u * limit.w / effective(limit)) end
  elseif limit.a == "fixed_window" then
    at = math.max(limit.u > 0 and window_end(limit) or now, limit.e or now)
  elseif limit.u > 0 then
    at = sliding_free_at(limit, limit.w, limit.u, now)
  end
  return math.max(at, limit.z or at)
end

local function fixed_room_at(limit, need)
  local most, others, ends = effective(limit), limit.v or 0, window_end(limit)
  if others > 0 and limit.e < ends and limit.u + need <= most then return limit.e end
  local then_ = others > 0 and ends < limit.e and others or 0
  return then_ + need <= most and ends or limit.e
end

-- When there is room for so much; nil: now. What is larger than the whole limit passes while nothing is used.
local function room_at(limit, amount, now)
  if limit.z then return limit.z end
  if not limit.l then return nil end
  local most = capacity(limit)
  if most <= 0 then return NEVER end
  local at
  local need = math.min(amount, most) - ROUNDING
  local excess = used_of(limit) + need - most
  if excess > 0 then
    if limit.a == "token_bucket" then
      at = now + math.max(1, math.ceil(excess * limit.w / effective(limit)))
    elseif limit.a == "fixed_window" then
      at = fixed_room_at(limit, need)
    else
      at = sliding_free_at(limit, limit.w, excess, now)
    end
  end
  if limit.y then
    local share = sub_capacity(limit)
    local over = limit.y.u + math.min(amount, share) - ROUNDING - share
    if over > 0 then at = math.max(at or 0, sliding_free_at(limit.y, limit.x, over, now)) end
  end
  return at
end

local function take(limit, amount, now)
  if amount == 0 then return end
  if limit.a == "sliding_window" then
    sliding_add(limit, limit.w, amount, now)
  else
    limit.u = limit.u + amount
  end
  if limit.y then sliding_add(limit.y, limit.x, amount, now) end
end

-- The truth in place of the estimate: what was too little counts as used now.
local function correct(limit, change, taken_at, now)
  if change == 0 then return end
  local at = change > 0 and now or taken_at
  if limit.a == "sliding_window" then
    sliding_add(limit, limit.w, change, at)
  elseif limit.a == "token_bucket" or change > 0 or window_number(limit, taken_at) == limit.i then
    limit.u = math.max(0, limit.u + change)
  end
  if limit.y then sliding_add(limit.y, limit.x, change, at) end
end

-- `age`: ms since the upstream counted; `unseen`: what was taken since. Never takes back what was counted.
local function observe(limit, used, unseen, age, reset_in, now)
  if limit.a == "token_bucket" then
    local refilled = age * effective(limit) / limit.w
    limit.u = math.max(limit.u, math.max(0, used - refilled) + unseen)
  elseif limit.a == "sliding_window" then
    local missing = used * math.max(0, 1 - age / limit.w) + unseen - limit.u
    if missing > ROUNDING then sliding_add(limit, limit.w, missing, now) end
  else
    local begins = window_end(limit) - limit.w
    local until_ = reset_in and now - age + reset_in or window_end(limit)
    if until_ <= now or (not reset_in and now - age < begins) then return end
    local told = used + unseen - limit.u
    if told <= (limit.v or 0) then return end
    limit.v, limit.e = told, math.max(until_, limit.e or 0)
  end
end
