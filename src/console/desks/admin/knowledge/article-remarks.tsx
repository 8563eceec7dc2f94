import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api, onceKey } from '../../../api/client.ts'
import { useActorName } from '../../../directory/names.ts'
import { useFeed } from '../../../feed/feed.ts'
import { moment } from '../../../moments/moments.tsx'
import { useAttempt } from '../../../shell/refusals.ts'

/** Agents' open remarks on wrong or missing articles; hidden when there are none. */
export function ArticleRemarks ({ onArticle }: { onArticle: (id: string) => void }): ReactNode {
  const { t } = useTranslation('admin')
  const attempt = useAttempt()
  const actorName = useActorName()
  const queries = useQueryClient()
  const reload = (): void => { void queries.invalidateQueries({ queryKey: ['remarks'] }) }
  const { data: remarks = [] } = useQuery({
    queryKey: ['remarks'],
    refetchInterval: 60_000,
    queryFn: async () => (await api.GET('/api/knowledge/remarks')).data?.items ?? []
  })
  useFeed(['knowledge.remark'], reload)
  if (remarks.length === 0) return null
  return (
    <section className='box' aria-label={t('remarks')}>
      <h3>{t('remarks')} <span className='muted'>{remarks.length}</span></h3>
      <ul className='list-plain'>
        {remarks.map(({ id, articleId, text, by, at }) => (
          <li key={id} className='row'>
            <span className='tabular muted small'>{moment(String(at))} {actorName(by)}</span>
            {articleId === null
              ? <span className='state-word hand'>{t('remarkMissing')}</span>
              : <Button size='small' type='link' onClick={() => { onArticle(articleId) }}>{articleId}</Button>}
            <span lang='zh-CN' style={{ flex: 1 }}>{text}</span>
            <Button
              size='small'
              onClick={() => {
                void attempt(async () => {
                  await api.POST('/api/knowledge/remarks/{id}/settle', { params: { path: { id }, header: onceKey() } })
                }).then(reload)
              }}
            >
              {t('settled')}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  )
}
