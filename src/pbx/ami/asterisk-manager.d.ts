declare module 'asterisk-manager' {
  /** Untyped: `link.ts` casts it once to the narrow interface it uses. */
  const create: (port: number | null, host: string, user: string, secret: string, events: boolean) => unknown
  export default create
}
