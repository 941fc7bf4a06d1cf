import { z } from 'zod';
import { sql } from './sql.ts';

const NOBODY = '00000000-0000-0000-0000-000000000000';

/** A public id as the database compares it. What is no UUID finds no row, instead of failing the statement. */
export const publicId = (id: string) => sql.fragment`${z.guid().safeParse(id).success ? id : NOBODY}::uuid`;
