/** `npm run schema`: writes whereabouts.schema.json, the JSON Schema of whereabouts.yaml for editors. */
import { writeFileSync } from 'node:fs';
import { jsonSchema } from '../src/config/json-schema.ts';
import { loadConnectors } from '../src/registry.ts';

writeFileSync(new URL('../whereabouts.schema.json', import.meta.url), jsonSchema(await loadConnectors()));
