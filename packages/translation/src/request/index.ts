export { convertRequest } from "./convert-request.ts";
export { parseRequest, type ParsedRequest } from "./parse-request.ts";
export { toolUseIdsOf } from "./tool-use-ids.ts";
