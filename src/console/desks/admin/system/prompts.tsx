import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../../api/client.ts'

/** The recorded and synthetic sentences callers hear, each with a player. Synthetic ones should be recorded before citizens hear them. */
export function Prompts (): ReactNode {
  const { t } = useTranslation('admin')
  const player = useRef<HTMLAudioElement>(null)
  const [now, setNow] = useState<string | null>(null)
  const { data: prompts = [] } = useQuery({ queryKey: ['prompts'], queryFn: async () => (await api.GET('/api/prompts')).data?.items ?? [] })
  const play = (name: string): void => {
    setNow(name)
    if (!player.current) return
    player.current.src = `/api/prompts/sound?name=${encodeURIComponent(name)}`
    void player.current.play()
  }
  return (
    <div className='box'>
      <audio ref={player} onEnded={() => { setNow(null) }} aria-label={t('listen')} />
      <table className='admin-table'>
        <thead><tr><th>{t('id')}</th><th>{t('sentence')}</th><th>{t('kind')}</th><th>{t('actions')}</th></tr></thead>
        <tbody>
          {prompts.map(p => (
            <tr key={p.name}>
              <td>{p.name}</td>
              <td lang='zh-CN'>{p.text}</td>
              <td className={p.recorded ? '' : 'amber'}>{t(p.recorded ? 'recorded' : 'synthetic')}</td>
              <td>
                {p.bytes === null
                  ? t('notHere')
                  : (
                    <Button
                      size='small'
                      type={now === p.name ? 'primary' : 'default'}
                      aria-label={`${t('listen')} ${p.name}`}
                      onClick={() => { play(p.name) }}
                    >
                      {t('listen')}
                    </Button>
                    )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
