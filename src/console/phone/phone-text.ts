/** A number as it is read out here: `13900001001`, `021-50008001`; masked and foreign numbers as they are. */
export function phoneText (number: string): string {
  const mobile = /^\+86(1\d{10})$/.exec(number)
  if (mobile) return mobile[1] ?? number
  const shanghai = /^\+8621(\d{8})$/.exec(number)
  return shanghai ? `021-${shanghai[1] ?? ''}` : number
}
