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
export {
  maximum_backward_first_f32,
  maximum_backward_second_f32,
  maximum_f32,
} from './maximum';
export { relu_backward_f32, relu_f32 } from './relu';
