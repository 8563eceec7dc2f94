import { Popover } from 'antd'
import { useEffect, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

const keys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#']

interface KeypadProps { open: boolean, onOpen: (open: boolean) => void, onKey: (key: string) => void, children: ReactNode }

/** Tones during a call. While it is open, digits of the keyboard send tones too; Escape closes it. */
export function Keypad ({ open, onOpen, onKey, children }: KeypadProps): ReactNode {
  const { t } = useTranslation('phone')
  useEffect(() => {
    if (!open) return
    const press = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') onOpen(false)
      if (!keys.includes(event.key) || event.altKey || event.ctrlKey) return
      event.preventDefault()
      onKey(event.key)
    }
    addEventListener('keydown', press)
    return () => { removeEventListener('keydown', press) }
  }, [open, onOpen, onKey])
  return (
    <Popover
      open={open} trigger={[]} title={t('keypad')}
      content={<div className='keypad'>{keys.map(k => <button key={k} type='button' onClick={() => { onKey(k) }}>{k}</button>)}</div>}
    >{children}
    </Popover>
  )
}
