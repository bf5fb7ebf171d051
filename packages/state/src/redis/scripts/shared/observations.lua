-- What answers say of the limits corrects the count. So long it is believed without being told again, ms.
local BELIEVED_MS = 600000

-- Configured and told sizes of one limit lie no further apart than this, however carelessly they were configured.
local SAME_SIZE = 1.25

local function is_of_size(limit, told)
  return told and limit.l and told * SAME_SIZE >= limit.l and limit.l * SAME_SIZE >= told
end

-- Which configured limit is meant: that of its resource and window; where there is none, that of nearly the same size,
-- for a window may be no more than what is usual with that provider. Without a window that of a minute, else the
-- shortest.
local function meant(bucket, observation)
  local found
  for _, key in ipairs(bucket.k) do
    local limit = bucket.n[key]
    if limit.r == observation.resource and not limit.q then
      if observation.windowMs then
        if limit.w == observation.windowMs then return limit end
        if not found and is_of_size(limit, observation.limit) then found = limit end
      else
        if limit.w == MINUTE then return limit end
        if not found or limit.w < found.w then found = limit end
      end
    end
  end
  return found
end

-- A limit that only answers tell: a token bucket of the told size, or of the most that ever remained.
local function told_limit(bucket, resource, window, now)
  local key = limit_key(resource, window, "told")
  local limit = bucket.n[key]
  if not limit then
    limit = new_limit({ resource, "token_bucket", cjson.null, window }, now)
    limit.l = nil
    put_limit(bucket, key, limit)
  end
  limit.q = now + math.max(BELIEVED_MS, window)
  return limit
end

local function observe_share(bucket, observation, at)
  local window = observation.windowMs or MINUTE
  local until_ = at + (observation.resetMs or window)
  for _, known in ipairs(bucket.z) do
    if known[1] == window and known[4] == observation.resource then
      if known[5] <= at then known[2], known[3], known[5] = observation.utilization, until_, at end
      return
    end
  end
  bucket.z[#bucket.z + 1] = { window, observation.utilization, until_, observation.resource, at }
end

local function positive(value)
  return value and value > 0 and value < math.huge and value or nil
end

local function tell(limit, most, remaining, reset_at, now)
  if most then
    limit.l, limit.m = most, true
  elseif not limit.m and remaining > (limit.l or 0) then
    limit.l = remaining
  end
  if remaining == 0 and reset_at and reset_at > now then limit.z = math.max(limit.z or 0, reset_at) end
end

-- `age`: ms since the upstream counted. Of a limit that is configured lower than the provider's own, others may use the
-- rest: it counts only when less remains than our part.
local function observe_one(bucket, observation, age, now)
  local at = now - age
  if observation.utilization then observe_share(bucket, observation, at) end
  local most, remaining = positive(observation.limit), observation.remaining
  if remaining and (remaining < 0 or observation.limit and not most) then remaining = nil end
  if observation.resource == "concurrency" or not most and not remaining then return end
  local reset_in = positive(observation.resetMs)
  local limit = meant(bucket, observation)
  local told = not limit
  limit = limit or told_limit(bucket, observation.resource, observation.windowMs or MINUTE, now)
  if (limit.f or 0) <= at then
    limit.f = at
    if told then
      tell(limit, most, remaining, reset_in and at + reset_in, now)
    elseif most then
      limit.c, limit.g = most, now + math.max(BELIEVED_MS, limit.w)
    end
  end
  if not remaining or not limit.l then return end
  local used = math.max(0, capacity(limit) - remaining)
  observe(limit, used, taken_since(bucket, limit.r, at), age, reset_in, now)
end

local function observe_all(bucket, text, age, now)
  for _, observation in ipairs(cjson.decode(text)) do observe_one(bucket, observation, age, now) end
end
