/** What the stand-in uses of npm `sip`: its parser, its writer and its transactions. */
declare module 'sip' {
  export interface Via {
    host: string
    port?: number | undefined
    protocol: string
    params: Record<string, string | number | null>
  }

  export interface Uri { schema: string, user?: string, host: string, port: number, params: Record<string, string | null> }

  export interface Named { name?: string, uri: string, params: Record<string, string | null> }

  /** `content` and every text is latin1: a character is a byte */
  export interface Parsed {
    method?: string
    uri?: string
    status?: number
    reason?: string
    headers: {
      via: Via[]
      to: Named
      from: Named
      'call-id': string
      cseq: { seq: number, method: string }
      route?: Array<{ uri: Uri | undefined }>
      'max-forwards'?: string
      [name: string]: unknown
    }
    content?: string
  }

  export interface Connection { send: (message: Parsed) => void, release: () => void, protocol: string }

  export interface ServerTransaction { send: (response: Parsed) => void, message: (request: Parsed) => void }

  export interface ClientTransaction { message: (response: Parsed, remote?: unknown) => void }

  export interface TransactionLayer {
    createServerTransaction: (request: Parsed, connection: Connection) => ServerTransaction
    createClientTransaction: (connection: Connection, request: Parsed, answered: (response: Parsed) => void) => ClientTransaction
    getServer: (message: Parsed) => ServerTransaction | undefined
    getClient: (message: Parsed) => ClientTransaction | undefined
    destroy: () => void
  }

  const sip: {
    parse: (packet: Buffer) => Parsed | undefined
    parseUri: (uri: string) => Uri | undefined
    stringify: (message: Parsed) => string
    makeResponse: (request: Parsed, status: number, reason?: string) => Parsed
    makeTransactionLayer: (options: object) => TransactionLayer
  }
  export default sip
}
