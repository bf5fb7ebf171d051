/** So many ports that are free on loopback, and stay so until they are listened on. */
export { freePorts as findFreePorts } from "@switchyard/state/testing";
