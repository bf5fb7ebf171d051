export { convertRequest } from "./convert-request.ts";
export { toOpenApiSubset } from "./schema/openapi-subset.ts";
export { toolUseIdsOf } from "./tool-use-ids.ts";
