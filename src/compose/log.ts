import { pino, type Logger } from 'pino'

// Numbers and names never reach a log; fields of these names in a logged object are cut out.
const redacted = [
  'number', 'numbers', 'name', 'caller', 'callerNumber', 'password', 'secret', 'token', 'pin', 'body', 'text', 'num'
].flatMap(key => [key, `*.${key}`])

/** The log of a process. */
export const createLog = ({ logLevel }: { logLevel: string }): Logger =>
  pino({ level: logLevel, redact: { paths: redacted, censor: '[redacted]' } })
