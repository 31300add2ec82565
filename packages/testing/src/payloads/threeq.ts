/** The example body of 3Q's page "Webhooks". The page's example URL is `…?ProjectId=105489&FileId=11778933&event=file.new`. */
export const threeqExamples = {
  'file.new': [
    {
      Event: 'file.new',
      ProjectId: 105489,
      File: {
        Id: 11778953,
        Name: 'uploads/105489-R4WnjV2PzrXY8yN6dTp9.mp4',
        IsFinished: true,
        IsEncoded: true,
        UseEncoding: true,
        EncodingPriority: 50,
        HasErrors: false,
        Metadata: {
          StandardFilePicture: {
            AspectRatio: '1:1',
            AspectRatioClosest: '1:1',
            FilePictureId: 13384417,
            URI: 'https://sdn-global-prog-cache.3qsdn.com/105489/files/25/07/28/11778953/483c1dd0-cb5d-4572-80b0-73376a000be3.jpg',
            ThumbURI:
              'https://sdn-global-prog-cache.3qsdn.com/105489/files/25/07/28/11778953/c9040770-4129-4fcc-a4c1-3ff6c5aa54f8.jpg',
            SrcPictureURI:
              'https://sdn-global-prog-cache.3qsdn.com/105489/files/25/07/28/11778953/7bac5606-9e16-48ee-9560-87c853204dec.jpg',
            IsStandard: true,
            ManualUpload: false,
          },
          Title: 'Rikscha Quadrat_Intern_1.mp4',
          Description: '',
          DisplayTitle: '',
          DisplayTitleSecondLine: '',
          ReleaseStatus: 'unpublished',
          Category: [],
          IABCategory: [],
          Share: [],
          Videotype: [],
          OriginalFileName: 'Rikscha Quadrat_Intern_1.mp4',
          CustomMetadata: {
            adsDisabled: false,
          },
        },
        CreatedAt: '2025-07-28T12:23:14+00:00',
        LastUpdateAt: '2025-07-28T12:25:49+00:00',
      },
    },
  ],
} as const;
