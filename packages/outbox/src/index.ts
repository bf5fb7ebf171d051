export * from "./create-outbox.ts";
export * from "./http/create-http-shipper.ts";
export * from "./outbox.ts";
