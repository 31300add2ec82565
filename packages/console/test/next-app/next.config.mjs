// why: the tests of this repository check the types of this folder.
export default { typescript: { ignoreBuildErrors: true } };
