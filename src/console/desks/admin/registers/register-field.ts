/** One field of a register's form. */
export interface Field {
  name: string
  label: string
  kind?: 'text' | 'number' | 'select' | 'many' | 'yes' | 'day' | 'password'
  options?: Array<{ value: string, label: string }>
  required?: boolean
  /** asked only when something is added: an id never changes */
  onlyNew?: boolean
  /** asked only when something is changed */
  onlyChange?: boolean
}
