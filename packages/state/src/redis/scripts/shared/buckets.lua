-- One quota bucket: d digest of its limits' definition, n its limits by resource, window and algorithm, k their order,
-- e concurrency limit, f observed one, p that of the whole provider, a reservations in flight, z windows of a subscription {window, used, until},
-- h what was taken lately (t moment, r, i, o amounts), m last touched.
local MINUTE = 60000
local HISTORY_MS = 600000
-- A place among those in flight is asked for again after, ms: nobody knows when an answer ends.
local PLACE_MS = 1000

local function limit_key(resource, window, algorithm)
  return resource .. ":" .. string.format("%d", window) .. ":" .. algorithm
end

local function new_bucket()
  return { n = {}, k = {}, a = 0, z = {}, d = "", h = { t = {}, r = {}, i = {}, o = {} } }
end

local function present(value)
  if value == cjson.null then return nil end
  return value
end

local function new_limit(definition, now)
  local limit = {
    r = definition[1], a = definition[2], l = definition[3], w = definition[4],
    b = present(definition[5]), x = present(definition[6]), o = present(definition[7]), u = 0,
  }
  if limit.a == "token_bucket" then
    limit.t = now
  elseif limit.a == "fixed_window" then
    limit.i = window_number(limit, now)
  else
    limit.s, limit.v = {}, {}
  end
  if limit.x and (limit.x <= 0 or limit.x >= limit.w) then limit.x = nil end
  if limit.x then limit.y = { u = 0, s = {}, v = {} } end
  return limit
end

local function put_limit(bucket, key, limit)
  if not bucket.n[key] then bucket.k[#bucket.k + 1] = key end
  bucket.n[key] = limit
end

-- What a limit has counted, beside what it is.
local COUNTED = { u = true, t = true, v = true, e = true, s = true, c = true, g = true, z = true, f = true, i = true }

-- What answers told, or a seeding replica that did not know the definition, goes on in the limit that it speaks of.
local function adopt(bucket, told, now)
  for _, key in ipairs(bucket.k) do
    local limit = bucket.n[key]
    if limit.r == told.r and limit.w == told.w and not limit.q then
      local missing = used_of(told) - used_of(limit)
      if missing > 0 then take(limit, missing, now) end
      return true
    end
  end
  return false
end

-- The limits of a new definition start from what was counted under the old one.
local function define(bucket, digest, definitions, now)
  local old = bucket.n
  bucket.n, bucket.k, bucket.e, bucket.p, bucket.d = {}, {}, nil, nil, digest
  for _, definition in ipairs(definitions) do
    if definition[1] == "concurrency" and definition[8] == "provider" then
      bucket.p = math.min(bucket.p or definition[3], definition[3])
    elseif definition[1] == "concurrency" then
      bucket.e = math.min(bucket.e or definition[3], definition[3])
    else
      local key = limit_key(definition[1], definition[4], definition[2])
      local limit = new_limit(definition, now)
      local before = old[key]
      if before then
        for field in pairs(COUNTED) do limit[field] = before[field] end
        old[key] = nil
      end
      put_limit(bucket, key, limit)
    end
  end
  for key, limit in pairs(old) do
    if limit.q and not adopt(bucket, limit, now) then put_limit(bucket, key, limit) end
  end
end

local function advance_bucket(bucket, now)
  for k = #bucket.k, 1, -1 do
    local key = bucket.k[k]
    local limit = bucket.n[key]
    advance(limit, now)
    -- What only answers have told is forgotten when it says nothing any more.
    if limit.q and now >= limit.q then
      bucket.n[key] = nil
      table.remove(bucket.k, k)
    end
  end
  for k = #bucket.z, 1, -1 do
    if now >= bucket.z[k][3] then table.remove(bucket.z, k) end
  end
end

local function amount_of(resource, requests, input, output)
  if resource == "requests" then return requests end
  if resource == "input_tokens" then return input end
  if resource == "output_tokens" then return output end
  return input + output
end

local function concurrency(bucket)
  if bucket.e and bucket.f then return math.min(bucket.e, bucket.f) end
  return bucket.e or bucket.f
end

-- Lately taken amounts, coarser with age; a merged piece keeps its later moment, so that doubt counts as taken since.
local function remember(bucket, now, requests, input, output)
  local h = bucket.h
  local count = #h.t
  h.t[count + 1], h.r[count + 1], h.i[count + 1], h.o[count + 1] = now, requests, input, output
  local k = count
  while k > 1 do
    if h.t[k + 1] - h.t[k - 1] < (now - h.t[k + 1]) / 3 or h.t[k] - h.t[k - 1] < 2 then
      h.r[k], h.i[k], h.o[k] = h.r[k] + h.r[k - 1], h.i[k] + h.i[k - 1], h.o[k] + h.o[k - 1]
      table.remove(h.t, k - 1)
      table.remove(h.r, k - 1)
      table.remove(h.i, k - 1)
      table.remove(h.o, k - 1)
    end
    k = k - 1
  end
  while h.t[1] and h.t[1] < now - HISTORY_MS do
    table.remove(h.t, 1)
    table.remove(h.r, 1)
    table.remove(h.i, 1)
    table.remove(h.o, 1)
  end
end

local function taken_since(bucket, resource, moment)
  local h, sum = bucket.h, 0
  for k = #h.t, 1, -1 do
    if h.t[k] <= moment then break end
    sum = sum + amount_of(resource, h.r[k], h.i[k], h.o[k])
  end
  return sum
end

-- The definition arrives with the call, or only its digest when the bucket should know it.
local function load_bucket(name, digest, definition, now)
  local bucket = read(BUCKETS, name)
  if bucket and bucket.d == digest then
    advance_bucket(bucket, now)
    return bucket
  end
  if definition == "" then return nil end
  bucket = bucket or new_bucket()
  define(bucket, digest, cjson.decode(definition), now)
  advance_bucket(bucket, now)
  return bucket
end

local function save_bucket(name, bucket, now)
  bucket.m = now
  write(BUCKETS, name, bucket)
end
