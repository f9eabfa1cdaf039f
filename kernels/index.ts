export { bias_backward_f32, fill_channels_f32 } from './channels';
export { conv_f32 } from './conv2d';
export { conv_backward_weight_f32 } from './conv-weight';
