/** Whether a dated row is valid on a day. Both ends count; an open end is null. Days are `2026-11-22` and compare as text. */
export function validOn (dated: { validFrom: string, validTo: string | null }, day: string): boolean {
  return dated.validFrom <= day && (dated.validTo === null || day <= dated.validTo)
}
