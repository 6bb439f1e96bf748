// The limits in force before any were set: those of the trade.

export const SETTINGS = {
  yield_reject_g_m2: 1_100,
  white_reject_ppt: 720,
  tolerance_ppt: 5,
  container_reject_g: 30_000_000,
  inspection_months: 12,
  key_days: 366,
};
