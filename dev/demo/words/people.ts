/** Names that people have; put together they are nobody's. Kept apart by `|`. */

export const surnames =
  "苏|江|沈|叶|温|白|黎|顾|程|夏|宋|柳|林|陈|周|吴|徐|孙|朱|何|郭|罗|梁|唐|许|韩|冯|邓|曹|彭|萧|田|董|潘|袁|蔡|蒋|余|杜|魏";

export const givenNames =
  "小满|知秋|一禾|若木|听雨|南风|拾光|望舒|清和|砚之|晚舟|星野|思远|雨桐|子墨|佳宁|浩然|欣怡|梓涵|嘉树|静姝|明轩|雅琴|建国|秀兰|志强|婷婷|文博|晓峰|丽华|云帆|可可|安然|书瑶|景行|海燕|春生|冬梅|立新|玉洁";

export const firstNames =
  "Nora|Owen|Hazel|Felix|Ruth|Miles|Clara|Hugo|Edith|Jonas|Maya|Theo|Iris|Callum|Leila|Marcus|Freya|Dylan|Anita|Simon|Greta|Patrick|Yara|Elliot|Wendy|Rohan|Tessa|Gareth|Lucia|Ben|Priya|Douglas|Alma|Victor|Sylvie|Neil|Joan|Kofi|Beth|Stuart";

export const lastNames =
  "Whitfield|Harrow|Lindqvist|Mercer|Okafor|Bramley|Castell|Novak|Penrose|Iyer|Thornbury|Kessler|Abbot|Moreau|Finch|Adeyemi|Larkin|Rossi|Holloway|Vance|Dunmore|Petrov|Ashby|Keane|Marlow|Sutter|Quill|Banerjee|Fairley|Stone|Gallagher|Ortega|Winslow|Haas|Pryce|Tanaka|Redfern|Cole|Bexley|Munro";
