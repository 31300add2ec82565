/** The example body of TPStreams' page "Web Hooks". */
export const tpstreamsExamples = {
  'video completed': {
    id: '9328558d-e0a5-4093-b3b9-8f15ad1550d8',
    title: 'Big Buck Bunny Video',
    bytes: null,
    type: 'video',
    video: {
      progress: 0,
      thumbnails: [],
      status: 'Completed',
      playback_url: 'https://d7pdowhru2wq4.cloudfront.net/transcoded/9328558d-e0a5-4093-b3b9-8f15ad1550d8/video.m3u8',
      dash_url: 'https://d7pdowhru2wq4.cloudfront.net/transcoded/9328558d-e0a5-4093-b3b9-8f15ad1550d8/video.mpd',
      preview_thumbnail_url: null,
      format: 'abr',
      resolutions: ['240p', '360p', '480p', '720p'],
      video_codec: 'h264',
      audio_codec: 'aac',
      enable_drm: true,
      tracks: [],
      inputs: [
        {
          url: 'https://static.testpress.in/BigBuckBunny.mp4',
        },
      ],
    },
  },
} as const;
