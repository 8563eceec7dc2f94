import { Popover } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

const keys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#']

/** Tones during a call. */
export function Keypad ({ onKey, children }: { onKey: (key: string) => void, children: ReactNode }): ReactNode {
  const { t } = useTranslation('phone')
  return (
    <Popover
      trigger='click' title={t('keypad')}
      content={<div className='keypad'>{keys.map(k => <button key={k} type='button' onClick={() => { onKey(k) }}>{k}</button>)}</div>}
    >{children}
    </Popover>
  )
}
