export * from "./create-queue-shipper.ts";
export * from "./create-usage-consumer.ts";
