/** A number for people: without +86, Shanghai's area code set apart, an extension after 转. */
export function phoneText (known: string): string {
  const [number = '', extension] = known.split(';ext=')
  const mobile = /^\+86(1\d{10})$/.exec(number)?.[1]
  const shanghai = /^\+8621(\d{8})$/.exec(number)?.[1]
  const shown = mobile ?? (shanghai === undefined ? number : `021-${shanghai}`)
  return extension === undefined ? shown : `${shown} 转${extension}`
}
