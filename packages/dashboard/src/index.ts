export { type Asset, createDashboard, type Dashboard } from "./assets/create-dashboard.ts";
