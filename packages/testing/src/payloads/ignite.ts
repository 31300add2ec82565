/** The example body of Ignite's page "Webhooks". It serves all three events: their names are in a header. */
export const igniteExamples = {
  video: {
    id: '507f1f77bcf86cd799439011',
    title: 'My Video',
    status: 'COMPLETE',
    visibility: 'public',
    duration: 120,
    createdAt: '2024-01-15T10:30:00.000Z',
    updatedAt: '2024-01-15T10:30:00.000Z',
  },
} as const;
