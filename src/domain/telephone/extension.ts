import { DomainError } from '../errors.ts'

/** Whether this is the number of a telephone of ours (分机), 8000 to 8999. */
export const isExtension = (text: string): boolean => /^8\d{3}$/.test(text)

/** @throws DomainError `invalid-input` */
export function checkExtension (text: string): void {
  if (!isExtension(text)) throw new DomainError('invalid-input', 'extensions are 8000 to 8999')
}
