import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import '../../../words/guard-words.ts'
import type { Fault } from '../interface-types.ts'
import './fault-words.ts'

/** Which fields of a message are at fault. */
export function Faults ({ faults }: { faults: readonly Fault[] }): ReactNode {
  const { t, i18n } = useTranslation('interfaces')
  const said = ({ code, message }: Fault): string => {
    if (code !== 'refused') return t(`fault:${code}`)
    return t([`guard:${message}`, `error:${message}`].find(key => i18n.exists(key)) ?? 'fault:refused')
  }
  return (
    <ul className='faults'>
      {faults.map(fault => (
        <li key={`${fault.path} ${fault.message}`}>
          <code>{fault.path === '' ? t('whole') : fault.path}</code> {said(fault)}
          {['wrong-form', 'unknown-version'].includes(fault.code) && <span className='muted small' lang='en'> {fault.message}</span>}
        </li>
      ))}
    </ul>
  )
}
