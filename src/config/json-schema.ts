/** The JSON Schema of `whereabouts.yaml`, for editors; `npm run schema` writes it to the file that is published. */
import { z } from 'zod';
import type { ConnectorModule } from '../connector.ts';
import { configSchema } from './schema.ts';

/** The published file's text: JSON Schema 2020-12, two spaces, a newline at the end. */
export function jsonSchema(modules: readonly ConnectorModule[]): string {
  const { $schema, ...schema } = z.toJSONSchema(configSchema(modules), { io: 'input' });
  const document = {
    $schema,
    title: 'whereabouts.yaml',
    description: 'What Whereabouts scans, whose data it may be, and what is known already.',
    ...schema,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
