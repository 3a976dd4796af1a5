// SPDX-License-Identifier: Apache-2.0
// Attach Web APIs to many users by a file.
import { t } from '../lib/text.js';
import { link, p } from '../lib/url.js';
import { heading } from '../parts/common.js';
import { makeImporter } from '../parts/importer.js';
import { apisOf } from '../parts/person.js';

export default async function attachPage(at) {
  const org = at.params.org;
  const apis = await apisOf(org);
  return {
    title: t('attach.csv'),
    body: [
      heading(t('attach.csv'), [], { back: { href: link(p`/orgs/${org}/about`), label: t('nav.about') }, lead: t('attach.csv.text') }),
      makeImporter(at, {
        path: p`/v1/orgs/${org}/attachments`,
        words: 'attachments',
        fields: [{ name: 'api', label: t('attach.csv.api'), options: [{ value: '', label: t('attach.csv.none') }, ...apis.map(({ id, name }) => ({ value: id, label: name }))], help: t('attach.csv.help') }],
        template: `email,api\nann@example.com,${apis[0]?.name ?? 'reports'}\n`,
        name: 'attachments.csv',
        onward: link(p`/orgs/${org}/about`),
      }),
    ],
  };
}
