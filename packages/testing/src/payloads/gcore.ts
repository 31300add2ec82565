/** The example bodies of Gcore's page "Get webhooks from the Streaming Platform", under the page's own headings. */
export const gcoreExamples = {
  'live stream has started': {
    type: 'stream',
    message: {
      stream: {
        id: 12345,
        live: true,
        recording: false,
      },
    },
  },
  'recording has started': {
    type: 'stream',
    message: {
      stream: {
        id: 12345,
        live: true,
        recording: true,
      },
    },
  },
  'recording has finished': {
    type: 'stream',
    message: {
      stream: {
        id: 12345,
        live: true,
        recording: false,
      },
    },
  },
  'live stream is paused': {
    type: 'stream',
    message: {
      stream: {
        id: 12345,
        live: false,
        recording: false,
      },
    },
  },
  'recording has started processing': {
    type: 'video',
    message: {
      video: {
        id: 12345,
        slug: 'ZeC44gtQQ4E97N9S',
        name: 'Stream Record: test, 2022-05-27 09:08:40 +0000',
        duration: 19580,
        status: 'pending',
        converted_videos: [
          {
            name: 'vod720n',
            status: 'processing',
          },
          {
            name: 'vod480n',
            status: 'processing',
          },
          {
            name: 'vod360n',
            status: 'processing',
          },
          {
            name: 'vod240n',
            status: 'processing',
          },
        ],
      },
    },
  },
  'recording is partially processed': {
    type: 'video',
    message: {
      video: {
        id: 12345,
        slug: 'ZeC44gtQQ4E97N9S',
        name: 'Stream Record: test, 2022-05-27 09:08:40 +0000',
        duration: 19580,
        status: 'viewable',
        converted_videos: [
          {
            name: 'vod720n',
            status: 'complete',
          },
          {
            name: 'vod480n',
            status: 'processing',
          },
          {
            name: 'vod360n',
            status: 'processing',
          },
          {
            name: 'vod240n',
            status: 'processing',
          },
        ],
      },
    },
  },
  'recording is completely processed': {
    type: 'video',
    message: {
      video: {
        id: 12345,
        slug: 'ZeC44gtQQ4E97N9S',
        name: 'Stream Record: test, 2022-05-27 09:08:40 +0000',
        duration: 19580,
        status: 'ready',
        converted_videos: [
          {
            name: 'vod720n',
            status: 'complete',
          },
          {
            name: 'vod480n',
            status: 'complete',
          },
          {
            name: 'vod360n',
            status: 'complete',
          },
          {
            name: 'vod240n',
            status: 'complete',
          },
        ],
      },
    },
  },
  'broadcast status is updated to waiting to start': {
    type: 'broadcast',
    message: {
      broadcast: {
        id: 12345,
        status: 'pending',
      },
    },
  },
  'broadcast status is updated to live': {
    type: 'broadcast',
    message: {
      broadcast: {
        id: 12345,
        status: 'live',
      },
    },
  },
  'broadcast status is updated to paused': {
    type: 'broadcast',
    message: {
      broadcast: {
        id: 12345,
        status: 'paused',
      },
    },
  },
  'broadcast status is updated to finished': {
    type: 'broadcast',
    message: {
      broadcast: {
        id: 12345,
        status: 'finished',
      },
    },
  },
  'video is uploaded to the platform': {
    type: 'video',
    message: {
      video: {
        id: 54321,
        slug: 'Lfsq14hKvLkNsExx',
        name: 'SampleVideo',
        duration: 170859,
        status: 'empty',
        converted_videos: [],
      },
    },
  },
  'video has started processing': {
    type: 'video',
    message: {
      video: {
        id: 784280,
        slug: 'Lfsq14hKvLkNsExx',
        name: 'SampleVideo',
        duration: 170859,
        status: 'pending',
        converted_videos: [
          {
            name: 'vod720n',
            status: 'processing',
          },
          {
            name: 'vod480n',
            status: 'processing',
          },
          {
            name: 'vod360n',
            status: 'processing',
          },
          {
            name: 'vod240n',
            status: 'processing',
          },
        ],
      },
    },
  },
  'video is partially processed': {
    type: 'video',
    message: {
      video: {
        id: 784280,
        slug: 'Lfsq14hKvLkNsExx',
        name: 'SampleVideo',
        duration: 170859,
        status: 'viewable',
        converted_videos: [
          {
            name: 'vod720n',
            status: 'complete',
          },
          {
            name: 'vod480n',
            status: 'processing',
          },
          {
            name: 'vod360n',
            status: 'processing',
          },
          {
            name: 'vod240n',
            status: 'processing',
          },
        ],
      },
    },
  },
  'video is completely processed': {
    type: 'video',
    message: {
      video: {
        id: 784280,
        slug: 'Lfsq14hKvLkNsExx',
        name: 'SampleVideo',
        duration: 170859,
        status: 'ready',
        converted_videos: [
          {
            name: 'vod720n',
            status: 'complete',
          },
          {
            name: 'vod480n',
            status: 'complete',
          },
          {
            name: 'vod360n',
            status: 'complete',
          },
          {
            name: 'vod240n',
            status: 'complete',
          },
        ],
      },
    },
  },
} as const;
