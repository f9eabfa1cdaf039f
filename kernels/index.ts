export { multiply_add_f32 } from './calibration';
export { bias_backward_f32, fill_channels_f32 } from './channels';
export { conv_f32 } from './conv2d';
export { conv_backward_weight_f32 } from './conv-weight';
export { add_product_f32, add_scaled_f32 } from './add-scaled';
export { avg_pool2d_backward_f32, avg_pool2d_f32 } from './avg-pool2d';
export {
  channel_scale_backward_input_f32,
  channel_scale_backward_scale_f32,
  channel_scale_f32,
} from './channel-scale';
export { add_rows_f32, copy_rows_f32 } from './copy-box';
export { max_pool2d_backward_f32, max_pool2d_f32 } from './max-pool2d';
export { maximum_backward_first_f32, maximum_backward_second_f32, maximum_f32 } from './maximum';
export { relu_backward_f32, relu_f32 } from './relu';
export {
  lrn_apply_f32,
  lrn_backward_direct_f32,
  lrn_backward_window_f32,
  lrn_scale_f32,
} from './lrn';
export {
  batch_norm_backward_f32,
  batch_norm_f32,
  batch_norm_sums_f32,
  channel_moments_f32,
} from './batch-norm2d';
export { sigmoid_backward_f32, sigmoid_f32 } from './sigmoid';
export { softmax_backward_f32, softmax_f32 } from './softmax';
export { nll_sum_f32, softmax_nll_backward_f32 } from './softmax-cross-entropy';
export {
  resize_columns_backward_f32,
  resize_columns_f32,
  resize_rows_backward_f32,
  resize_rows_f32,
} from './resize-bilinear';
export { argmax_f32 } from './argmax';
export { adam_step_f32, sgd_step_f32 } from './optimizer';
export { direct_conv_f32 } from './direct-conv';
export { nhwc_copy_f32 } from './nhwc-copy';
export { nhwc_max_pool_f32 } from './nhwc-pool';
export { nhwc_from_planes_f32, nhwc_to_planes_f32 } from './nhwc-planes';
export { nhwc_sum_f32 } from './nhwc-sum';
export { direct_diagonal_f32 } from './direct-diagonal';
export { direct_transposed_f32 } from './direct-transposed';
export { winograd_conv_f32, winograd_multiply_f32, winograd_transform_f32 } from './winograd-conv';
export { touch_pages } from './touch-pages';
export { pack_weights_f32 } from './pack-weights';
export { winograd_filter_f32 } from './winograd-filter';
