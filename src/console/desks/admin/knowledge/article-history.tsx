import { useQuery } from '@tanstack/react-query'
import { Modal } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../../api/client.ts'
import { useActorName } from '../../../directory/names.ts'
import { moment } from '../../../moments/moments.tsx'
import { articleFields, fieldText, fieldWord, type Article } from './article-fields.ts'

/** Who changed which fields, when and why: each version beside the one before. */
export function ArticleHistory ({ article, onClose }: { article: Article, onClose: () => void }): ReactNode {
  const { t } = useTranslation('admin')
  const actorName = useActorName()
  const { data: versions = [] } = useQuery({
    queryKey: ['article-versions', article.id, article.version],
    queryFn: async () => (await api.GET('/api/knowledge/{id}/versions', { params: { path: { id: article.id } } })).data?.items ?? []
  })
  return (
    <Modal open title={`${article.id} ${article.title}`} footer={null} onCancel={onClose} width={860}>
      {versions.map((v, i) => {
        const before = versions[i + 1]
        const fields = before ? articleFields.filter(f => v.changed.includes(f)) : articleFields.filter(f => fieldText(v.content[f]) !== '')
        return (
          <section key={v.version}>
            <h4>
              {t('versionNo')} {v.version} · {moment(String(v.at))} · {actorName(v.by)}
              {v.note && <span className='muted'> · {v.note}</span>}
            </h4>
            <table className='plain-table admin-table'>
              <tbody>
                {fields.map(f => (
                  <tr key={f}>
                    <th scope='row'>{t(fieldWord[f])}</th>
                    {before && <td lang='zh-CN' className='before'>{fieldText(before.content[f]) || '—'}</td>}
                    <td lang='zh-CN' className='pre' colSpan={before ? 1 : 2}>{fieldText(v.content[f]) || '—'}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        )
      })}
    </Modal>
  )
}
