import { functionOf } from '../../functions/index.ts';
import type { Services } from '../../functions/services.ts';
import { catalogue, type DoorEntry } from '../../shared/domain/catalogue.ts';
import { startDoors } from './start-doors.ts';

/** The rows of the catalogue that people and the extension call. */
export const doorEntries = catalogue.filter(
  (entry): entry is DoorEntry => entry.kind === 'api' || entry.kind === 'upload',
);

/** All doors of the catalogue as they are put together when deployed, behind the real front. */
export const startEveryDoor = () =>
  startDoors(
    Object.fromEntries(
      doorEntries.map((entry) => [
        entry.name,
        ({ services }) => {
          const databaseFor: Services['databaseFor'] = (role) =>
            role === 'wellspring_api' ? services.database : services.workerDatabase;
          // What a door is given of the process; the rest is for workers.
          return functionOf(entry, { ...services, databaseFor } as unknown as Services);
        },
      ]),
    ),
  );
