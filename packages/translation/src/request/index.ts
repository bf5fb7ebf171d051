export { convertRequest } from "./convert-request.ts";
export { toolUseIdsOf } from "./tool-use-ids.ts";
