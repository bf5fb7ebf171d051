/** The first that lies in the working directory is read. */
export const CONFIGURATION_NAMES = ["switchyard.yaml", "switchyard.yml", "switchyard.json"];
