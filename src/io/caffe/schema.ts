/**
 * The messages of Caffe's files: names, numbers and types of their fields.
 *
 * @see fields of caffe.proto at BVLC's last version; unlisted fields are refused in text files, and
 *   skipped in binary files.
 */
import { FcnError } from '../../core/errors.js';
import { describeTypes, type MessageType } from './message-type.js';

const ENUMS = `
enum Phase: TRAIN=0, TEST=1
enum Engine: DEFAULT=0, CAFFE=1, CUDNN=2
enum PoolMethod: MAX=0, AVE=1, STOCHASTIC=2
enum RoundMode: CEIL=0, FLOOR=1
enum EltwiseOp: PROD=0, SUM=1, MAX=2
enum NormRegion: ACROSS_CHANNELS=0, WITHIN_CHANNEL=1
enum NormalizationMode: FULL=0, VALID=1, BATCH_SIZE=2, NONE=3
enum VarianceNorm: FAN_IN=0, FAN_OUT=1, AVERAGE=2
enum DimCheckMode: STRICT=0, PERMISSIVE=1
enum Database: LEVELDB=0, LMDB=1
enum HingeNorm: L1=1, L2=2
enum ReductionOp: SUM=1, ASUM=2, SUMSQ=3, MEAN=4
enum SolverMode: CPU=0, GPU=1
enum SolverType: SGD=0, NESTEROV=1, ADAGRAD=2, RMSPROP=3, ADADELTA=4, ADAM=5
enum SnapshotFormat: HDF5=0, BINARYPROTO=1
enum V1Type: NONE=0, ACCURACY=1, BNLL=2, CONCAT=3, CONVOLUTION=4, DATA=5, DROPOUT=6, EUCLIDEAN_LOSS=7, FLATTEN=8, HDF5_DATA=9, HDF5_OUTPUT=10, IM2COL=11, IMAGE_DATA=12, INFOGAIN_LOSS=13, INNER_PRODUCT=14, LRN=15, MULTINOMIAL_LOGISTIC_LOSS=16, POOLING=17, RELU=18, SIGMOID=19, SOFTMAX=20, SOFTMAX_LOSS=21, SPLIT=22, TANH=23, WINDOW_DATA=24, ELTWISE=25, POWER=26, SIGMOID_CROSS_ENTROPY_LOSS=27, HINGE_LOSS=28, MEMORY_DATA=29, ARGMAX=30, THRESHOLD=31, DUMMY_DATA=32, SLICE=33, MVN=34, ABSVAL=35, SILENCE=36, CONTRASTIVE_LOSS=37, EXP=38, DECONVOLUTION=39
`;

const NETS = `
message NetParameter: 1 name string, 2 layers V1LayerParameter*, 3 input string*, 4 input_dim int32*,
  5 force_backward bool, 6 state NetState, 7 debug_info bool, 8 input_shape BlobShape*, 100 layer LayerParameter*
message NetState: 1 phase Phase, 2 level int32, 3 stage string*
message NetStateRule: 1 phase Phase, 2 min_level int32, 3 max_level int32, 4 stage string*, 5 not_stage string*
message ParamSpec: 1 name string, 2 share_mode DimCheckMode, 3 lr_mult float, 4 decay_mult float
message BlobShape: 1 dim int64*
message BlobProto: 1 num int32, 2 channels int32, 3 height int32, 4 width int32, 5 data floats*, 6 diff floats*,
  7 shape BlobShape, 8 double_data doubles*, 9 double_diff doubles*
message FillerParameter: 1 type string, 2 value float, 3 min float, 4 max float, 5 mean float, 6 std float, 7 sparse int32, 8 variance_norm VarianceNorm
message LayerParameter: 1 name string, 2 type string, 3 bottom string*, 4 top string*, 5 loss_weight float*, 6 param ParamSpec*,
  7 blobs BlobProto*, 8 include NetStateRule*, 9 exclude NetStateRule*, 10 phase Phase, 11 propagate_down bool*,
  100 transform_param TransformationParameter, 101 loss_param LossParameter, 102 accuracy_param AccuracyParameter,
  103 argmax_param ArgMaxParameter, 104 concat_param ConcatParameter, 105 contrastive_loss_param ContrastiveLossParameter,
  106 convolution_param ConvolutionParameter, 107 data_param DataParameter, 108 dropout_param DropoutParameter,
  109 dummy_data_param DummyDataParameter, 110 eltwise_param EltwiseParameter, 111 exp_param ExpParameter,
  112 hdf5_data_param HDF5DataParameter, 113 hdf5_output_param HDF5OutputParameter, 114 hinge_loss_param HingeLossParameter,
  115 image_data_param ImageDataParameter, 116 infogain_loss_param InfogainLossParameter, 117 inner_product_param InnerProductParameter,
  118 lrn_param LRNParameter, 119 memory_data_param MemoryDataParameter, 120 mvn_param MVNParameter, 121 pooling_param PoolingParameter,
  122 power_param PowerParameter, 123 relu_param ReLUParameter, 124 sigmoid_param SigmoidParameter, 125 softmax_param SoftmaxParameter,
  126 slice_param SliceParameter, 127 tanh_param TanHParameter, 128 threshold_param ThresholdParameter, 129 window_data_param WindowDataParameter,
  130 python_param PythonParameter, 131 prelu_param PReLUParameter, 132 spp_param SPPParameter, 133 reshape_param ReshapeParameter,
  134 log_param LogParameter, 135 flatten_param FlattenParameter, 136 reduction_param ReductionParameter, 137 embed_param EmbedParameter,
  138 tile_param TileParameter, 139 batch_norm_param BatchNormParameter, 140 elu_param ELUParameter, 141 bias_param BiasParameter,
  142 scale_param ScaleParameter, 143 input_param InputParameter, 144 crop_param CropParameter, 145 parameter_param ParameterParameter,
  146 recurrent_param RecurrentParameter, 147 swish_param SwishParameter, 148 clip_param ClipParameter
`;

const LAYERS = `
message TransformationParameter: 1 scale float, 2 mirror bool, 3 crop_size uint32, 4 mean_file string, 5 mean_value float*, 6 force_color bool, 7 force_gray bool
message LossParameter: 1 ignore_label int32, 2 normalize bool, 3 normalization NormalizationMode
message AccuracyParameter: 1 top_k uint32, 2 axis int32, 3 ignore_label int32
message ArgMaxParameter: 1 out_max_val bool, 2 top_k uint32, 3 axis int32
message ClipParameter: 1 min float, 2 max float
message ConcatParameter: 1 concat_dim uint32, 2 axis int32
message BatchNormParameter: 1 use_global_stats bool, 2 moving_average_fraction float, 3 eps float
message BiasParameter: 1 axis int32, 2 num_axes int32, 3 filler FillerParameter
message ContrastiveLossParameter: 1 margin float, 2 legacy_version bool
message ConvolutionParameter: 1 num_output uint32, 2 bias_term bool, 3 pad uint32*, 4 kernel_size uint32*, 5 group uint32, 6 stride uint32*,
  7 weight_filler FillerParameter, 8 bias_filler FillerParameter, 9 pad_h uint32, 10 pad_w uint32, 11 kernel_h uint32, 12 kernel_w uint32,
  13 stride_h uint32, 14 stride_w uint32, 15 engine Engine, 16 axis int32, 17 force_nd_im2col bool, 18 dilation uint32*
message CropParameter: 1 axis int32, 2 offset uint32*
message DataParameter: 1 source string, 2 scale float, 3 mean_file string, 4 batch_size uint32, 5 crop_size uint32, 6 mirror bool,
  7 rand_skip uint32, 8 backend Database, 9 force_encoded_color bool, 10 prefetch uint32
message DropoutParameter: 1 dropout_ratio float
message DummyDataParameter: 1 data_filler FillerParameter*, 2 num uint32*, 3 channels uint32*, 4 height uint32*, 5 width uint32*, 6 shape BlobShape*
message EltwiseParameter: 1 operation EltwiseOp, 2 coeff float*, 3 stable_prod_grad bool
message ELUParameter: 1 alpha float
message EmbedParameter: 1 num_output uint32, 2 input_dim uint32, 3 bias_term bool, 4 weight_filler FillerParameter, 5 bias_filler FillerParameter
message ExpParameter: 1 base float, 2 scale float, 3 shift float
message FlattenParameter: 1 axis int32, 2 end_axis int32
message HDF5DataParameter: 1 source string, 2 batch_size uint32, 3 shuffle bool
message HDF5OutputParameter: 1 file_name string
message HingeLossParameter: 1 norm HingeNorm
message ImageDataParameter: 1 source string, 2 scale float, 3 mean_file string, 4 batch_size uint32, 5 crop_size uint32, 6 mirror bool,
  7 rand_skip uint32, 8 shuffle bool, 9 new_height uint32, 10 new_width uint32, 11 is_color bool, 12 root_folder string
message InfogainLossParameter: 1 source string, 2 axis int32
message InnerProductParameter: 1 num_output uint32, 2 bias_term bool, 3 weight_filler FillerParameter, 4 bias_filler FillerParameter, 5 axis int32, 6 transpose bool
message InputParameter: 1 shape BlobShape*
message LogParameter: 1 base float, 2 scale float, 3 shift float
message LRNParameter: 1 local_size uint32, 2 alpha float, 3 beta float, 4 norm_region NormRegion, 5 k float, 6 engine Engine
message MemoryDataParameter: 1 batch_size uint32, 2 channels uint32, 3 height uint32, 4 width uint32
message MVNParameter: 1 normalize_variance bool, 2 across_channels bool, 3 eps float
message ParameterParameter: 1 shape BlobShape
message PoolingParameter: 1 pool PoolMethod, 2 kernel_size uint32, 3 stride uint32, 4 pad uint32, 5 kernel_h uint32, 6 kernel_w uint32,
  7 stride_h uint32, 8 stride_w uint32, 9 pad_h uint32, 10 pad_w uint32, 11 engine Engine, 12 global_pooling bool, 13 round_mode RoundMode
message PowerParameter: 1 power float, 2 scale float, 3 shift float
message PReLUParameter: 1 filler FillerParameter, 2 channel_shared bool
message PythonParameter: 1 module string, 2 layer string, 3 param_str string, 4 share_in_parallel bool
message RecurrentParameter: 1 num_output uint32, 2 weight_filler FillerParameter, 3 bias_filler FillerParameter, 4 debug_info bool, 5 expose_hidden bool
message ReductionParameter: 1 operation ReductionOp, 2 axis int32, 3 coeff float
message ReLUParameter: 1 negative_slope float, 2 engine Engine
message ReshapeParameter: 1 shape BlobShape, 2 axis int32, 3 num_axes int32
message ScaleParameter: 1 axis int32, 2 num_axes int32, 3 filler FillerParameter, 4 bias_term bool, 5 bias_filler FillerParameter
message SigmoidParameter: 1 engine Engine
message SliceParameter: 1 slice_dim uint32, 2 slice_point uint32*, 3 axis int32
message SoftmaxParameter: 1 engine Engine, 2 axis int32
message SPPParameter: 1 pyramid_height uint32, 2 pool PoolMethod, 6 engine Engine
message SwishParameter: 1 beta float
message TanHParameter: 1 engine Engine
message ThresholdParameter: 1 threshold float
message TileParameter: 1 axis int32, 2 tiles int32
message WindowDataParameter: 1 source string, 2 scale float, 3 mean_file string, 4 batch_size uint32, 5 crop_size uint32, 6 mirror bool,
  7 fg_threshold float, 8 bg_threshold float, 9 fg_fraction float, 10 context_pad uint32, 11 crop_mode string, 12 cache_images bool, 13 root_folder string
`;

const OLD_LAYERS = `
message V1LayerParameter: 1 layer V0LayerParameter, 2 bottom string*, 3 top string*, 4 name string, 5 type V1Type, 6 blobs BlobProto*,
  7 blobs_lr float*, 8 weight_decay float*, 9 concat_param ConcatParameter, 10 convolution_param ConvolutionParameter, 11 data_param DataParameter,
  12 dropout_param DropoutParameter, 13 hdf5_data_param HDF5DataParameter, 14 hdf5_output_param HDF5OutputParameter,
  15 image_data_param ImageDataParameter, 16 infogain_loss_param InfogainLossParameter, 17 inner_product_param InnerProductParameter,
  18 lrn_param LRNParameter, 19 pooling_param PoolingParameter, 20 window_data_param WindowDataParameter, 21 power_param PowerParameter,
  22 memory_data_param MemoryDataParameter, 23 argmax_param ArgMaxParameter, 24 eltwise_param EltwiseParameter,
  25 threshold_param ThresholdParameter, 26 dummy_data_param DummyDataParameter, 27 accuracy_param AccuracyParameter,
  29 hinge_loss_param HingeLossParameter, 30 relu_param ReLUParameter, 31 slice_param SliceParameter, 32 include NetStateRule*,
  33 exclude NetStateRule*, 34 mvn_param MVNParameter, 35 loss_weight float*, 36 transform_param TransformationParameter,
  37 tanh_param TanHParameter, 38 sigmoid_param SigmoidParameter, 39 softmax_param SoftmaxParameter,
  40 contrastive_loss_param ContrastiveLossParameter, 41 exp_param ExpParameter, 42 loss_param LossParameter,
  1001 param string*, 1002 blob_share_mode DimCheckMode*
message V0LayerParameter: 1 name string, 2 type string, 3 num_output uint32, 4 biasterm bool, 5 weight_filler FillerParameter,
  6 bias_filler FillerParameter, 7 pad uint32, 8 kernelsize uint32, 9 group uint32, 10 stride uint32, 11 pool PoolMethod,
  12 dropout_ratio float, 13 local_size uint32, 14 alpha float, 15 beta float, 16 source string, 17 scale float, 18 meanfile string,
  19 batchsize uint32, 20 cropsize uint32, 21 mirror bool, 22 k float, 50 blobs BlobProto*, 51 blobs_lr float*, 52 weight_decay float*,
  53 rand_skip uint32, 54 det_fg_threshold float, 55 det_bg_threshold float, 56 det_fg_fraction float, 58 det_context_pad uint32,
  59 det_crop_mode string, 60 new_num int32, 61 new_channels int32, 62 new_height int32, 63 new_width int32, 64 shuffle_images bool,
  65 concat_dim uint32, 1001 hdf5_output_param HDF5OutputParameter
`;

const SOLVERS = `
message SolverParameter: 1 train_net string, 2 test_net string*, 3 test_iter int32*, 4 test_interval int32, 5 base_lr float, 6 display int32,
  7 max_iter int32, 8 lr_policy string, 9 gamma float, 10 power float, 11 momentum float, 12 weight_decay float, 13 stepsize int32,
  14 snapshot int32, 15 snapshot_prefix string, 16 snapshot_diff bool, 17 solver_mode SolverMode, 18 device_id int32,
  19 test_compute_loss bool, 20 random_seed int64, 21 train_net_param NetParameter, 22 test_net_param NetParameter*, 23 debug_info bool,
  24 net string, 25 net_param NetParameter, 26 train_state NetState, 27 test_state NetState*, 28 snapshot_after_train bool,
  29 regularization_type string, 30 solver_type SolverType, 31 delta float, 32 test_initialization bool, 33 average_loss int32,
  34 stepvalue int32*, 35 clip_gradients float, 36 iter_size int32, 37 snapshot_format SnapshotFormat, 38 rms_decay float,
  39 momentum2 float, 40 type string, 41 layer_wise_reduce bool, 42 weights string*
message SolverState: 1 iter int32, 2 learned_net string, 3 history BlobProto*, 4 current_step int32
`;

const TYPES = describeTypes(ENUMS + NETS + LAYERS + OLD_LAYERS + SOLVERS);

/**
 * Returns a message type by its name in caffe.proto.
 *
 * @throws {@link FcnError} if it is unknown.
 */
export function caffeType(name: string): MessageType {
  const type = TYPES.get(name);
  if (!type) throw new FcnError(`caffe has no message ${name}`);
  return type;
}
